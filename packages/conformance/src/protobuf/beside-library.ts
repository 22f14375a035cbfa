import { isDeepStrictEqual } from "node:util";
import protobufjs from "protobufjs";
import { compileGuard, type ProtobufContract } from "../../../tenon/src/contract/index.js";
import { Random, randomMessage, randomValue } from "./random-values.js";

export interface Comparison {
  /** Messages that the library wrote and read back equal after Tenon had read and written them. */
  readonly fromLibrary: number;
  /** Values that Tenon wrote and read back equal after the library had read and written them. */
  readonly fromTenon: number;
  readonly messageTypes: number;
  readonly bytes: number;
}

const plain = { longs: String, bytes: String } as const;

/**
 * Sends random messages of all types through Tenon's codec and protobufjs, `count` in either direction.
 *
 * @throws an error with the message's type, seed and both values where they differ.
 */
export function compareWithLibrary(
  made: ProtobufContract,
  root: protobufjs.Root,
  names: readonly string[],
  count: number,
  firstSeed = 1,
): Comparison {
  // The library keeps unknown fields only if this option is set.
  protobufjs.Reader.discardUnknown = false;
  let total = 0;
  const each = names.map((name) => {
    const codec = made.message(name);
    return { name, codec, type: root.lookupType(name), fits: compileGuard(codec.type) };
  });
  for (let index = 0; index < count; index++) {
    const { name, codec, type, fits } = each[index % each.length]!;
    const seed = firstSeed + index;
    const bytes = type.encode(type.fromObject(randomMessage(type, new Random(seed)))).finish();
    total += bytes.length;
    const value = codec.decode(bytes);
    if (!fits(value)) throw new Error(`${name}, seed ${seed}: the guard refuses what was decoded`);
    const again = codec.encode(value);
    const [expected, found] = [type.toObject(type.decode(bytes), plain), type.toObject(type.decode(again), plain)];
    if (!isDeepStrictEqual(found, expected)) throw different(name, seed, expected, found);
    if (!isDeepStrictEqual(codec.decode(again), value)) throw different(name, seed, value, codec.decode(again));
  }
  for (let index = 0; index < count; index++) {
    const { name, codec, type } = each[index % each.length]!;
    const seed = firstSeed + index;
    const value = randomValue(codec.type, new Random(seed));
    const bytes = codec.encode(value);
    total += bytes.length;
    const back = codec.decode(bytes);
    if (!isDeepStrictEqual(back, value)) throw different(name, seed, value, back);
    const through = codec.decode(type.encode(type.decode(bytes)).finish());
    if (!isDeepStrictEqual(through, value)) throw different(name, seed, value, through);
  }
  return { fromLibrary: count, fromTenon: count, messageTypes: names.length, bytes: total };
}

function different(name: string, seed: number, expected: unknown, found: unknown): Error {
  const text = (value: unknown) =>
    JSON.stringify(value, (_, each) =>
      typeof each === "bigint" ? `${each}n` : each instanceof Map ? [...each] : Object.is(each, -0) ? "-0" : each,
    )?.slice(0, 1500);
  return new Error(`${name}, seed ${seed}: expected\n${text(expected)}\nfound\n${text(found)}`);
}
