import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { missing } from "@tenon/fixtures";
import { needs, times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ElfNeeds, readElfNeeds, readNeeds } from "./elf-needs.js";

/** A file with one segment of everything, as linkers write it. */
function elf({ needed = ["libc.so.6", "libm.so.6"], runPath = "$ORIGIN/../lib:/opt/lib" } = {}): Buffer {
  const strings = Buffer.from(`\0${[...needed, runPath, "/lib64/ld.so"].join("\0")}\0`);
  const offsetOf = (name: string) => strings.indexOf(`\0${name}\0`) + 1;
  const file = Buffer.alloc(0x400 + strings.length);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(62, 18);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(3, 56);
  const dynamic = [
    ...needed.map((name) => [1, offsetOf(name)]),
    [5, 0x10400],
    [10, strings.length],
    [29, offsetOf(runPath)],
    [0, 0],
  ];
  const segments = [
    [1, 0, 0x10000, file.length],
    [2, 0x200, 0x10200, dynamic.length * 16],
    [3, 0x400 + offsetOf("/lib64/ld.so"), 0x10000, "/lib64/ld.so".length + 1],
  ] as const;
  for (const [index, [type, offset, address, size]] of segments.entries()) {
    const at = 64 + index * 56;
    file.writeUInt32LE(type, at);
    file.writeBigUInt64LE(BigInt(offset), at + 8);
    file.writeBigUInt64LE(BigInt(address), at + 16);
    file.writeBigUInt64LE(BigInt(size), at + 32);
  }
  for (const [index, [tag = 0, value = 0]] of dynamic.entries()) {
    file.writeBigUInt64LE(BigInt(tag), 0x200 + index * 16);
    file.writeBigUInt64LE(BigInt(value), 0x208 + index * 16);
  }
  file.set(strings, 0x400);
  return file;
}

/** Reads from bytes, and counts how many. */
function reading(file: Buffer): { needs: () => ElfNeeds | undefined; read: () => number } {
  let bytes = 0;
  return {
    needs: () =>
      readNeeds((offset, length) => {
        bytes += length;
        return file.subarray(offset, offset + length);
      }),
    read: () => bytes,
  };
}

describe("what an ELF file needs", () => {
  test("is read from its dynamic section", () => {
    expect(reading(elf()).needs()).toEqual({
      machine: 62,
      interpreter: "/lib64/ld.so",
      needed: ["libc.so.6", "libm.so.6"],
      runPath: ["$ORIGIN/../lib", "/opt/lib"],
    });
  });

  test("is nothing for other files", () => {
    for (const bytes of ["", "#!/bin/sh\n", "\u007fELF", "x".repeat(200)])
      expect(reading(Buffer.from(bytes, "latin1")).needs()).toBeUndefined();
    expect(readElfNeeds("/does/not/exist")).toBeUndefined();
  });

  test("is read within bounds from a file that is changed or cut", () => {
    const whole = elf();
    const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.nat(whole.length), (changes, length) => {
        const bytes = Buffer.from(whole.subarray(0, length === 0 ? whole.length : length));
        for (const { at, byte } of changes) if (at < bytes.length) bytes[at] = byte;
        const file = reading(bytes);
        let found: ElfNeeds | undefined;
        try {
          found = file.needs();
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
        expect(file.read()).toBeLessThan(9 * 2 ** 20);
        for (const name of [...(found?.needed ?? []), ...(found?.runPath ?? [])])
          expect(name.length).toBeLessThan(4097);
      }),
      { numRuns: times(2000) },
    );
  });

  needs(missing.linux() ?? missing.program("readelf")).test("is what readelf says", () => {
    const program = process.execPath;
    const { stdout } = spawnSync("readelf", ["-d", "-W", program], { encoding: "utf8" });
    const needed = [...stdout.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name);
    expect(readElfNeeds(program)?.needed).toEqual(needed);
    expect(needed.length).toBeGreaterThan(0);
    expect(readFileSync(program).includes(readElfNeeds(program)?.interpreter ?? "?")).toBe(true);
  });
});
