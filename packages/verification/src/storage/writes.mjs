import { contract, t } from "tenon";

/** A plugin that stores what `changesOf` says. */
export const writer = contract("verification:writer@1.0.0", {
  exports: {
    write: t.func(
      [
        ["lane", t.u32],
        ["number", t.u32],
      ],
      undefined,
      { async: true },
    ),
    /** What is stored under each key: `undefined` for nothing. */
    read: t.func([["key", t.string]], t.option(t.list(t.u8)), { async: true }),
    keys: t.func([], t.list(t.string), { async: true }),
    /** Stores so many small values. */
    fill: t.func([["count", t.u32]], undefined, { async: true }),
    /** How many keys there are. */
    count: t.func([], t.u32, { async: true }),
    exit: t.func([]),
  },
});

export const lanes = 4;
const keysOfLane = 12;

/**
 * The changes of a lane's write with this number: one value, a removal, or a batch of twelve values. Every write of a lane comes after
 * the one before it was confirmed.
 *
 * @param {number} lane
 * @param {number} number from 1
 * @returns {[key: string, number | undefined][]}
 */
export function changesOf(lane, number) {
  const key = (/** @type {number} */ index) => `lane-${lane}/key-${index % keysOfLane}`;
  if (number % 5 === 0) return Array.from({ length: keysOfLane }, (_, index) => [key(index), number]);
  if (number % 7 === 0) return [[key(number * 3), undefined]];
  return [[key(number), number]];
}

/** The value that a write stores: its number, and as many bytes of it as the number says, up to 100 KB. @param {number} number */
export function valueOfWrite(number) {
  const value = Buffer.alloc(4 + (number % 3 === 0 ? (number * 7919) % 100_000 : number % 200), number % 251);
  value.writeUInt32LE(number);
  return value;
}

/**
 * What a lane has stored after its writes up to a number.
 *
 * @param {number} lane
 * @param {number} number
 */
export function stateOf(lane, number) {
  const state = new Map();
  // A batch writes every key of the lane.
  for (let at = Math.max(1, number - (number % 5)); at <= number; at++)
    for (const [key, written] of changesOf(lane, at)) {
      if (written === undefined) state.delete(key);
      else state.set(key, written);
    }
  return state;
}

/**
 * Compares what is stored with what was confirmed. A write that was under way when it was killed may be there, completely, or not.
 *
 * @param {ReadonlyMap<string, Uint8Array>} stored
 * @param {readonly number[]} confirmed the last confirmed number of each lane
 */
export function compare(stored, confirmed) {
  let lost = 0;
  let torn = 0;
  let later = 0;
  /** @type {number[]} */
  const numbers = [];
  for (let lane = 0; lane < lanes; lane++) {
    const found = new Map();
    let isTorn = false;
    for (const [key, value] of stored) {
      if (!key.startsWith(`lane-${lane}/`)) continue;
      const number = value.byteLength < 4 ? -1 : Buffer.from(value).readUInt32LE();
      if (number < 0 || !valueOfWrite(number).equals(value)) isTorn = true;
      found.set(key, number);
    }
    const last = confirmed[lane] ?? 0;
    const fits = [last, last + 1].find((number) => same(found, stateOf(lane, number)));
    if (isTorn) torn++;
    else if (fits === undefined) lost++;
    else if (fits > last) later++;
    numbers.push(fits ?? last);
  }
  return { lost, torn, later, numbers };
}

/** @param {Map<string, number>} a @param {Map<string, number>} b */
function same(a, b) {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
