import { createHash } from "node:crypto";

const known = new WeakMap<Uint8Array, string>();

/** Returns `sha256:…` of a file's bytes. */
export function fingerprintOf(bytes: Uint8Array): string {
  let fingerprint = known.get(bytes);
  if (fingerprint === undefined) {
    fingerprint = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    known.set(bytes, fingerprint);
  }
  return fingerprint;
}
