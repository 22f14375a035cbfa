import { createHash } from "node:crypto";
import { digestOfHash } from "../runtime/digest.js";

// A build is stored as one file:
//
//   "tenon build 1\n" · SHA-256 of the bytes · SHA-256 of key, that hash and description · length of the description (32 bits)
//   · description as JSON · bytes
//
// Whatever is cut short, changed, or stored under another key does not match its hashes.
const magic = Buffer.from("tenon build 1\n");
const hashBytes = 32;
const headerBytes = magic.length + 2 * hashBytes + 4;

/** What is in a stored file. */
export interface Entry {
  /** What is known about the bytes, as JSON. */
  readonly about: unknown;
  readonly bytes: Buffer;
  /** The digest of the bytes: `sha256-…`. */
  readonly digest: string;
}

export function encodeEntry(key: string, about: unknown, bytes: Uint8Array): { parts: Uint8Array[]; digest: string } {
  const description = Buffer.from(JSON.stringify(about ?? null));
  const content = sha256(bytes);
  const header = Buffer.alloc(headerBytes);
  magic.copy(header);
  content.copy(header, magic.length);
  sha256(key, content, description).copy(header, magic.length + hashBytes);
  header.writeUInt32LE(description.length, headerBytes - 4);
  return { parts: [header, description, bytes], digest: digestOfHash(content) };
}

/** Returns `undefined` for anything but what `encodeEntry` made for this key. */
export function decodeEntry(key: string, file: Buffer): Entry | undefined {
  if (file.length < headerBytes || !file.subarray(0, magic.length).equals(magic)) return undefined;
  const content = file.subarray(magic.length, magic.length + hashBytes);
  const expected = file.subarray(magic.length + hashBytes, headerBytes - 4);
  const end = headerBytes + file.readUInt32LE(headerBytes - 4);
  if (end > file.length) return undefined;
  const description = file.subarray(headerBytes, end);
  const bytes = file.subarray(end);
  if (!sha256(key, content, description).equals(expected) || !sha256(bytes).equals(content)) return undefined;
  return { about: JSON.parse(description.toString("utf8")), bytes, digest: digestOfHash(content) };
}

function sha256(...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
