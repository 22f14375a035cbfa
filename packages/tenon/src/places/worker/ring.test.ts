import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Ring } from "./ring.js";

function ring(size: number, from = 0): Ring {
  const positions = new Int32Array(new SharedArrayBuffer(8)).fill(from);
  return new Ring(new SharedArrayBuffer(size + 64), 64, size, positions, 0, 1);
}

describe("a ring", () => {
  it("returns whole frames in order, with their order numbers, across the wrap of its memory and its counters", () => {
    const command = fc.oneof(
      fc.record({ write: fc.uint8Array({ maxLength: 90 }), order: fc.integer() }),
      fc.constant("read"),
    );
    const start = fc.constantFrom(0, 248, 0x7fffffff & ~7, -256, -8);
    fc.assert(
      fc.property(start, fc.array(command, { maxLength: 60 }), (from, commands) => {
        const tested = ring(256, from);
        const model: { write: Uint8Array; order: number }[] = [];
        for (const item of commands as ("read" | { write: Uint8Array; order: number })[]) {
          if (item === "read") {
            expect(tested.empty).toBe(model.length === 0);
            const expected = model.shift();
            if (expected === undefined) continue;
            expect(tested.order()).toBe(expected.order);
            expect(Uint8Array.from(tested.read())).toEqual(expected.write);
          } else if (tested.write(item.write, item.order) !== "full") model.push(item);
          else {
            // It is refused only for want of room.
            const used = model.reduce((sum, { write }) => sum + ((write.length + 15) & ~7), 0);
            expect(used + ((item.write.length + 15) & ~7)).toBeGreaterThan(256);
          }
        }
      }),
      { numRuns: times(1000) },
    );
  });

  it("does not change a frame that was read when its memory is overwritten", () => {
    const tested = ring(64);
    tested.write(Uint8Array.of(1, 2, 3), 0);
    const frame = tested.read();
    for (let round = 0; round < 4; round++) {
      tested.write(new Uint8Array(40).fill(9), 0);
      tested.read();
    }
    expect([...frame]).toEqual([1, 2, 3]);
  });

  it("does not read beyond its memory if a length is corrupted", () => {
    const positions = new Int32Array(new SharedArrayBuffer(8));
    const memory = new SharedArrayBuffer(64);
    const tested = new Ring(memory, 0, 64, positions, 0, 1);
    tested.write(Uint8Array.of(1), 0);
    new Int32Array(memory)[0] = -1;
    expect(tested.read().length).toBe(56);
  });
});
