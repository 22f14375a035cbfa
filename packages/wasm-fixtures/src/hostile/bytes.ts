/** Writes the binary format by hand, for files that no tool would write. */

export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  do {
    const low = left % 128;
    left = Math.floor(left / 128);
    bytes.push(left > 0 ? low + 128 : low);
  } while (left > 0);
  return bytes;
}

/** An index in a position where negative numbers mean primitive types, so its highest bit is clear. */
export function signed(index: number): number[] {
  const bytes = unsigned(index);
  const last = bytes.at(-1) ?? 0;
  return last < 64 ? bytes : [...bytes.slice(0, -1), last + 128, 0];
}

/** A name: its length and its bytes. */
export function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...unsigned(bytes.length), ...bytes];
}

export function section(id: number, content: Uint8Array | readonly number[]): Uint8Array {
  return concat([id, ...unsigned(content.length)], content);
}

/** A component made of the given sections. */
export function component(...sections: readonly Uint8Array[]): Uint8Array {
  return concat([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0], ...sections);
}

export function concat(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
