type Key = string | number | bigint | boolean;

/** Compares two keys of one map. Text is compared as its UTF-8 is: by code points. */
export function compareKeys(a: Key, b: Key): number {
  if (typeof a === "string") return compareText(a, b as string);
  return a < b ? -1 : a > b ? 1 : 0;
}

export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const one = a.charCodeAt(index);
    const other = b.charCodeAt(index);
    // Halves of surrogate pairs are less than U+E000 as UTF-16, and what they stand for is greater.
    if (one !== other) return rank(one) - rank(other);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
