const bits = { u8: 8n, s8: 8n, u16: 16n, s16: 16n, u32: 32n, s32: 32n, u64: 64n, s64: 64n } as const;

export type IntegerKind = keyof typeof bits;

export function isInteger(kind: string): kind is IntegerKind {
  return Object.hasOwn(bits, kind);
}

/** Returns the smallest and the largest number of a kind. */
export function integerRange(kind: IntegerKind): readonly [bigint, bigint] {
  return kind.startsWith("u")
    ? [0n, 2n ** bits[kind] - 1n]
    : [-(2n ** (bits[kind] - 1n)), 2n ** (bits[kind] - 1n) - 1n];
}

/** Returns what to write, for messages. */
export function integerText(kind: IntegerKind): string {
  const [least, most] = integerRange(kind);
  return `a whole number from ${least} to ${most} (${kind})`;
}
