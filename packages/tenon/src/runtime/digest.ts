import type { Hash } from "node:crypto";
import { builtinModule } from "./builtin-module.js";

/** 32 bytes in base64 leave two bits unused, which must be 0: each digest has one form. */
const form = /^sha256-[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/** Whether a text is a digest as Tenon writes it: `sha256-` and base64, as in the attribute `integrity` of HTML. */
export function isDigest(text: string): boolean {
  return form.test(text);
}

/** Begins a digest. Node's module is loaded with the first one: a thread that only runs a plugin needs none. */
export function newHash(): Hash {
  return builtinModule("node:crypto").createHash("sha256");
}

/** Returns the SHA-256 of bytes as `sha256-` and base64. */
export function digestOf(content: Uint8Array | string): string {
  return digestOfHash(newHash().update(content).digest());
}

/** Returns `sha256-…` for the 32 bytes of a hash. */
export function digestOfHash(hash: Buffer): string {
  return `sha256-${hash.toString("base64")}`;
}

/** Returns `sha256-…` for 64 hexadecimal digits. */
export function digestOfHex(hex: string): string {
  return digestOfHash(Buffer.from(hex, "hex"));
}

/** Returns the 64 hexadecimal digits of a digest: a name for files. */
export function hexOfDigest(digest: string): string {
  return Buffer.from(digest.slice("sha256-".length), "base64").toString("hex");
}

/** Returns the digest of a list, each part with its length before it: no other list has the same. */
export function digestOfParts(parts: readonly (string | Uint8Array)[]): string {
  const hash = newHash();
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return digestOfHash(hash.digest());
}
