import type { Random } from "../../../tenon/src/binary/testing/fuzz/random.mjs";

/**
 * Returns a copy of a file with one to three bytes changed.
 *
 * @param spared Ranges that must not change, as start and end.
 */
export function changedBytes(
  bytes: Uint8Array,
  spared: readonly (readonly [first: number, end: number])[],
  random: Random,
): Uint8Array {
  const copy = bytes.slice();
  const place = (): number => {
    for (;;) {
      const at = random.below(copy.length);
      if (!spared.some(([first, end]) => at >= first && at < end)) return at;
    }
  };
  for (let left = 1 + random.below(3); left > 0; left--) {
    const [at, other] = [place(), place()];
    const [old, another] = [copy[at]!, copy[other]!];
    const values = [random.below(256), (old + 1) & 0x7f, Math.max(0, old - 1), random.below(40), another];
    if (random.oneIn(6)) copy[other] = old;
    copy[at] = random.pick(values);
  }
  return copy;
}
