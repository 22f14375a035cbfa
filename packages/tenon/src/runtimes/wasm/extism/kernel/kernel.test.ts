import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Kernel, type KernelServices } from "./kernel.js";

const services: KernelServices = {
  config: () => 0,
  variable: () => 0,
  setVariable() {},
  request: () => 0,
  status: () => 0,
  headers: () => 0,
  log() {},
  logLevel: () => 2,
};

function kernelOf(limit = 0) {
  const kernel = new Kernel(services, limit, "sample.wasm");
  return { kernel, env: kernel.imports as unknown as Record<string, (...operands: any[]) => any> };
}

const text = fc.string({ unit: "grapheme", maxLength: 2000 });

describe("a call's input", () => {
  test("is the given text as UTF-8, read by single bytes or eight at a time", () => {
    const { kernel, env } = kernelOf();
    fc.assert(
      fc.property(text, (given) => {
        kernel.beginText(given);
        const size = Number(env.input_length!());
        const bytes = Buffer.from(Array.from({ length: size }, (_, at) => env.input_load_u8!(BigInt(at))));
        expect(bytes.toString()).toBe(Buffer.from(given).toString());
        for (let at = 0; at + 8 <= size; at += 8)
          expect(BigInt.asUintN(64, env.input_load_u64!(BigInt(at)))).toBe(bytes.readBigUInt64LE(at));
      }),
    );
  });

  test("is 0 beyond its end", () => {
    const { kernel, env } = kernelOf();
    kernel.beginBytes(Uint8Array.of(1, 2, 3));
    for (const at of [3n, 4n, 1n << 40n, -1n]) expect(env.input_load_u8!(at)).toBe(0);
    for (const at of [0n, -1n, -8n, (1n << 63n) - 1n]) expect(env.input_load_u64!(at)).toBe(0n);
  });
});

describe("blocks", () => {
  test("keep what is stored in them, never overlap, and are zeroed when new", () => {
    const { kernel, env } = kernelOf();
    const sizes = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 60_000, max: 200_000 }));
    const steps = fc.array(fc.tuple(sizes, fc.integer({ min: 0, max: 3 })), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (given) => {
        kernel.beginText("input");
        const held = new Map<bigint, { size: number; mark: number }>();
        for (const [size, drop] of given) {
          const offset: bigint = env.alloc!(BigInt(size));
          expect(held.has(offset)).toBe(false);
          expect(env.length!(offset)).toBe(BigInt(size));
          const mark = (held.size % 255) + 1;
          for (const at of edges(size)) {
            expect(env.load_u8!(offset + at)).toBe(0);
            env.store_u8!(offset + at, mark);
          }
          held.set(offset, { size, mark });
          const oldest = [...held.keys()][0];
          if (drop === 0 && oldest !== undefined) {
            env.free!(oldest);
            expect(env.length!(oldest)).toBe(0n);
            held.delete(oldest);
          }
        }
        for (const [offset, { size, mark }] of held) {
          expect(env.length_unsafe!(offset)).toBe(BigInt(size));
          for (const at of edges(size)) expect(env.load_u8!(offset + at)).toBe(mark);
        }
        expect(kernel.text(Number(env.input_offset!()), 5)).toBe("input");
      }),
      { numRuns: times(60) },
    );
  });

  test("are reused after they were freed", () => {
    const { env } = kernelOf(1024 * 1024);
    for (let round = 0; round < 20_000; round++) env.free!(env.alloc!(BigInt(1 + ((round * 7919) % 100_000))));
    expect(env.length!(env.alloc!(100_000n))).toBe(100_000n);
  });

  test("are discarded with the next call", () => {
    const { kernel, env } = kernelOf();
    const offset = env.alloc!(100n);
    env.output_set!(offset, 100n);
    env.error_set!(offset);
    kernel.beginBytes(new Uint8Array());
    expect(env.length!(offset)).toBe(0n);
    expect([kernel.outputLength, kernel.errorAddress]).toEqual([0, 0]);
  });

  test("are not found at other offsets, and no offset breaks anything", () => {
    const { kernel, env } = kernelOf();
    const offset = fc.oneof(
      fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
      fc.bigInt({ min: 0n, max: 200_000n }),
    );
    fc.assert(
      fc.property(offset, fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), (at, value) => {
        kernel.beginText("input");
        const block: bigint = env.alloc!(64n);
        env.free!(at);
        env.load_u8!(at);
        env.load_u64!(at);
        env.length!(at);
        env.store_u64!(at, value);
        env.store_u8!(at, Number(value & 0xffn));
        kernel.beginText("again");
        expect(kernel.text(Number(env.input_offset!()), 5)).toBe("again");
        expect(env.length!(env.alloc!(64n))).toBe(64n);
        expect(block).toBeGreaterThan(0n);
      }),
      { numRuns: times(1000) },
    );
  });
});

describe("a full memory", () => {
  test.each([1n << 20n, 0xffff_ffffn, 0xfffe_0000n, 1n << 32n, (1n << 62n) + 1n, -1n])(
    "rejects a block of %s bytes",
    (size) => {
      const { env } = kernelOf(1024 * 1024);
      expect(() => env.alloc!(size)).toThrowError(expect.objectContaining({ code: "TENON_WASM_LIMIT" }));
      expect(env.length!(env.alloc!(1000n))).toBe(1000n);
    },
  );

  test("rejects an input that is larger than the limit", () => {
    const { kernel } = kernelOf(1024 * 1024);
    expect(() => kernel.beginBytes(new Uint8Array(1024 * 1024))).toThrowError(
      expect.objectContaining({ code: "TENON_WASM_LIMIT" }),
    );
    kernel.beginText("small");
  });
});

/** Some offsets in a block: the ends and a few between. */
function edges(size: number): bigint[] {
  const places = new Set([0, 1, Math.floor(size / 2), size - 1]);
  return [...places].filter((at) => at >= 0 && at < size).map(BigInt);
}
