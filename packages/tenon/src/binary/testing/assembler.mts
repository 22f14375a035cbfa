/** A number as unsigned LEB128. */
export function leb(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return bytes;
}

/** A number as signed LEB128. */
export function signedLeb(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const isLast = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

/** Writes the parts of a module. */
interface Assembler {
  /** Writes a name: its length and its UTF-8. */
  name(text: string): number[];
  /** Writes a list: its length and its entries. */
  list(...entries: readonly (readonly number[])[]): number[];
  section(id: number, content: readonly number[]): number[];
  custom(title: string, content: readonly number[]): number[];
}

/** @param size Writes sizes and counts. The specification allows padding, so that any of them can be changed in place. */
export function assembler(size: (value: number) => number[]): Assembler {
  const name = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    return [...size(bytes.length), ...bytes];
  };
  const section = (id: number, content: readonly number[]) => [id, ...size(content.length), ...content];
  return {
    name,
    section,
    list: (...entries) => [...size(entries.length), ...entries.flat()],
    custom: (title, content) => section(0, [...name(title), ...content]),
  };
}

/** A number as unsigned LEB128 of five bytes. */
export function paddedLeb(value: number): number[] {
  return [0, 7, 14, 21, 28].map((shift) => ((value / 2 ** shift) & 0x7f) | (shift === 28 ? 0 : 0x80));
}

export const { name, list, section, custom } = assembler(leb);

/** A core module of these sections. */
export function module(...sections: readonly (readonly number[])[]): Uint8Array {
  return new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
}

/** A component of these sections. */
export function component(...sections: readonly (readonly number[])[]): Uint8Array {
  return new Uint8Array([0, 0x61, 0x73, 0x6d, 13, 0, 1, 0, ...sections.flat()]);
}
