/** Writes bytes as Base64 with padding. */
export function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** Reads Base64 in either alphabet, with or without its padding. `undefined` if the text is something else. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) return undefined;
  const digits = text.replace(/=+$/, "").length;
  const isPadded = digits !== text.length;
  if (digits % 4 === 1 || (isPadded && text.length % 4 !== 0)) return undefined;
  return new Uint8Array(Buffer.from(text, "base64"));
}
