import { createHash } from "node:crypto";

/** Returns the SHA-256 of strings or bytes, each preceded by its length, as 40 hexadecimal digits: the key of a build. */
export function keyOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex").slice(0, 40);
}

/** Returns the SHA-256 of what was built, as `sha256-…` in base64: the form of Subresource Integrity. */
export function integrityOf(content: Uint8Array | string): string {
  return integrityText(createHash("sha256").update(content).digest());
}

export function integrityText(hash: Buffer): string {
  return `sha256-${hash.toString("base64")}`;
}
