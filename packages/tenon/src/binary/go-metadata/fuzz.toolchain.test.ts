import { readFileSync } from "node:fs";
import { missing, needs } from "@tenon/fixtures/tests";
import { expect } from "vitest";
import { isTenonError } from "../../errors/index.js";
import type { Image } from "../bytes/image.js";
import { readImage } from "../index.js";
import { buildGo, newestGo } from "./fixtures/go-builds.mjs";
import { imageOfData as imageOfTable } from "./fixtures/images.mjs";
import { generator, mutate } from "./fixtures/mutate.mjs";
import { pluginFiles } from "./fixtures/sources.mjs";
import { findModuleData, LineTable, moduleDataLayout, pluginSymbols, readBuildInfo, readLineTable } from "./index.js";

const { describe, test } = needs(missing.goPlugins());

const rounds = 150;

/** Everything that reads Go's data, as `inspect` does it. */
function readAll(image: Image): void {
  readBuildInfo(image);
  const table = readLineTable(image);
  if (table === undefined) return;
  table.files();
  for (const name of table.packages()) table.filesOfPackage(name);
  for (const _ of table.functions());
  const found = findModuleData(image, table.address, [moduleDataLayout(newestGo!.minor, image.bits)!]);
  if (found !== undefined) pluginSymbols(image, found.data, newestGo!.minor);
}

describe("damaged Go programs", () => {
  test.each([
    ["a plugin", ["-buildmode=plugin", "-ldflags=-s -w"], {}],
    ["a 32-bit, big-endian program", ["-ldflags=-s -w"], { GOOS: "linux", GOARCH: "mips", CGO_ENABLED: "0" }],
  ])(
    "%s: each is read, or refused with a code",
    (_, flags, environment) => {
      const bytes = readFileSync(buildGo(newestGo!, { files: pluginFiles, flags, environment }));
      const image = readImage(bytes)!;
      const parts = interestingParts(image);
      const random = generator(20_240_817);
      const outcomes = new Map<string, number>();
      let slowest = 0;
      for (let round = 0; round < rounds; round++) {
        const damaged = mutate(bytes, parts, random);
        const start = performance.now();
        let outcome = "read";
        try {
          readAll(readImage(damaged)!);
        } catch (thrown) {
          if (!isTenonError(thrown)) throw thrown;
          outcome = thrown.code;
        }
        slowest = Math.max(slowest, performance.now() - start);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
      expect([...outcomes.keys()].sort()).toEqual(expect.arrayContaining(["TENON_BINARY_MALFORMED", "read"]));
      expect(slowest).toBeLessThan(5000);
    },
    600_000,
  );
});

test("a name of 64 KiB that many functions share is not read for each of them", () => {
  // 1.20's header; 20,000 functions, whose records are all the same one.
  const count = 20_000;
  const names = 96;
  const longName = 1 << 16;
  const units = names + longName;
  const functions = units + 64;
  const table = Buffer.alloc(functions + count * 8 + 128, 0x61);
  table.fill(0, 0, names);
  table.writeUInt32LE(0xfffffff1, 0);
  table.set([1, 8], 6);
  const words = [count, 1, 0, names, units, units + 16, units + 32, functions];
  for (const [index, word] of words.entries()) table.writeBigUInt64LE(BigInt(word), 8 + 8 * index);
  table.fill(0, functions);
  for (let index = 0; index < count; index++) table.writeUInt32LE(count * 8, functions + index * 8 + 4);
  table[units - 1] = 0;
  const image = imageOfTable(table);
  const start = performance.now();
  const line = new LineTable(image, 0x1000);
  expect(() => line.packages()).toThrow(expect.objectContaining({ code: "TENON_BINARY_MALFORMED" }));
  expect(() => [...line.functions()]).toThrow(expect.objectContaining({ code: "TENON_BINARY_MALFORMED" }));
  expect(performance.now() - start).toBeLessThan(3000);
});

/** Headers, build information, line table header and functions, module data. */
function interestingParts(image: Image): [number, number][] {
  const table = readLineTable(image)!;
  const { start, functions, functionCount, pcTables } = table.header;
  const layout = moduleDataLayout(newestGo!.minor, image.bits)!;
  const found = findModuleData(image, table.address, [layout])!;
  const moduleData = image.offsetOf(found.data.address);
  const info = Buffer.from(image.bytes).indexOf(Buffer.from("\xff Go buildinf:", "latin1"));
  const types = image.offsetOf(found.data.types);
  const parts: [number, number][] = [
    [0, 512],
    [start, start + 80],
    [functions, functions + 12 * functionCount],
    [pcTables, pcTables + 4096],
    [moduleData, moduleData + layout.size],
    [info, info + 600],
    [types, types + 4096],
  ];
  if (found.data.ptab.length > 0) {
    const ptab = image.offsetOf(found.data.ptab.address);
    parts.push([ptab, ptab + 8 * found.data.ptab.length]);
  }
  return parts;
}
