import { times } from "@tenon/fixtures/tests";
import { describe, expect, test } from "vitest";
import { isTenonError } from "../../errors/index.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { type DwarfSections, sampleFunction, sampleSections } from "../testing/dwarf-sections.mjs";
import { Random } from "../testing/fuzz/random.mjs";
import { findPositions, type Position } from "./positions.js";
import type { FindDwarfSection } from "./sections.js";

type Bytes = Readonly<Record<string, Uint8Array>>;

const bytesOf = (sections: DwarfSections): Bytes =>
  Object.fromEntries(Object.entries(sections).map(([name, content]) => [name, Uint8Array.from(content)]));
const finder =
  (sections: Bytes): FindDwarfSection =>
  (name) =>
    sections[name] === undefined ? undefined : new ByteReader(sections[name]);
const shown = ({ name, file, line, column }: Position) => `${name} ${file}:${line}:${column}`;
const at = (sections: Bytes, address: number) =>
  findPositions(finder(sections), [address]).get(address)?.map(shown) ?? [];

const { start, inlined, after, end } = sampleFunction;
const helper = "_ZN3lib6helperE /include/other.h";
const run = "run /work/lib/lib.c";

describe.each([4, 5] as const)("DWARF %i", (version) => {
  const sections = bytesOf(sampleSections(version));

  test.each([
    [start, [`${run}:5:3`]],
    [inlined[0] - 1, [`${run}:5:3`]],
    [inlined[0], [`${helper}:20:9`, `${run}:6:3`]],
    [after - 1, [`${helper}:20:9`, `${run}:6:3`]],
    [after, [`${run}:7:5`]],
    [inlined[1], [`${helper}:21:9`, `${run}:6:3`]],
    [inlined[1] + 8, [`${run}:8:5`]],
    [inlined[1] + 12, [`${run}:9:5`]],
    [end - 1, [`${run}:9:5`]],
  ])("finds the functions and lines at %i", (address, expected) => {
    expect(at(sections, address)).toEqual(expected);
  });

  test.each([0, 1, start - 1, end, 0x80, 2 ** 32])("knows nothing about %i, where no function is", (address) => {
    expect(at(sections, address)).toEqual([]);
  });

  test("finds many addresses in one search", () => {
    const all = Array.from({ length: end }, (_, address) => address);
    expect([...findPositions(finder(sections), all).keys()].sort((one, other) => one - other)).toEqual(
      all.filter((address) => address >= start),
    );
  });

  test("finds the functions without a list of lines, and nothing without entries", () => {
    const { info, abbrev, ...others } = sections;
    expect(at(others, start)).toEqual([]);
    expect(() => at({ info: info!, ...others }, start)).toThrow(/no section abbrev/);
  });

  test("damaged debug data is read, or refused with a code", () => {
    const random = new Random(version, 7);
    const outcomes = new Map<string, number>();
    const addresses = Array.from({ length: 32 }, (_, index) => index * 2);
    for (let round = times(1000); round > 0; round--) {
      const damaged = Object.fromEntries(
        Object.entries(sections).map(([name, content]) => [name, changed(content, random)]),
      );
      let outcome = "read";
      try {
        for (const positions of findPositions(finder(damaged), addresses).values())
          for (const { line, column } of positions)
            for (const number of [line, column]) expect(number ?? 1).toSatisfy(Number.isSafeInteger);
      } catch (thrown) {
        if (!isTenonError(thrown)) throw thrown;
        outcome = thrown.code;
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect([...outcomes.keys()].sort()).toEqual(["TENON_BINARY_MALFORMED", "read"]);
    for (const count of outcomes.values()) expect(count).toBeGreaterThan(times(1000) / 20);
  });
});

function changed(content: Uint8Array, random: Random): Uint8Array {
  const copy = content.slice(0, random.oneIn(20) ? random.below(content.length + 1) : content.length);
  for (let left = random.below(3); left > 0 && copy.length > 0; left--)
    copy[random.below(copy.length)] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
  return copy;
}

describe("debug data that multiplies", () => {
  const { info, abbrev, line } = bytesOf(sampleSections(4));

  test("many units that share one long line program are refused", () => {
    const long = new Uint8Array(line!.length + 4_000_000).fill(1);
    long.set(line!);
    new DataView(long.buffer).setUint32(0, long.length - 4, true);
    // Each covers one address more, which no function contains.
    const units = Array.from({ length: 20 }, (_, index) => unitAt(start + index));
    const addresses = units.map((_, index) => start + index);
    const sections = { info: concatenated(units), abbrev: abbrev!, line: long };
    expect(() => findPositions(finder(sections), addresses)).toThrow(/parts of the debug data/);
  });

  test("many entries that share one long list of ranges are refused", () => {
    const list = new Uint8Array(8 * 200_000).fill(1);
    const copies = Array.from({ length: 10 }, () => inlinedCopy());
    const head = info!.subarray(0, info!.length - 2 - inlinedCopy().length);
    const whole = concatenated([head, ...copies, Uint8Array.of(0, 0)]);
    new DataView(whole.buffer).setUint32(0, whole.length - 4, true);
    const long = concatenated([list, new Uint8Array(8)]);
    const sections = { info: whole, abbrev: abbrev!, line: line!, ranges: long };
    expect(() => findPositions(finder(sections), [start])).toThrow(/ranges of the debug data/);
  });

  /** The last entry of the sample: it refers to the first list of ranges. */
  function inlinedCopy(): Uint8Array {
    return info!.slice(info!.length - 14, info!.length - 2);
  }

  function unitAt(address: number): Uint8Array {
    // Its first entry only.
    const length = 11 + 1 + "lib.c".length + 1 + "/work/lib".length + 1 + 12;
    const unit = concatenated([info!.subarray(0, length), Uint8Array.of(0)]);
    const view = new DataView(unit.buffer);
    view.setUint32(0, unit.length - 4, true);
    view.setUint32(length - 8, address, true);
    view.setUint32(length - 4, 1, true);
    return unit;
  }
});

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
