import { describe, expect, test } from "vitest";
import { StateReader, StateSink, writeState } from "./state-text.js";

describe("a state in parts", () => {
  test.each([
    ["short", { a: [1, null, "x"] }],
    ["long", { text: "x".repeat(1_000_000) }],
    ["of characters that have two halves", { text: `x${"😀".repeat(400_000)}` }],
    ["of characters of several bytes", Array.from({ length: 100_000 }, (_, at) => `€ ${at}`)],
  ])("is the same after writing and reading: %s", async (_title, state) => {
    const reader = new StateReader();
    let waiting = 0;
    await writeState(state, async (part) => {
      expect(++waiting).toBe(1);
      expect(part.byteLength).toBeLessThanOrEqual(3 * 256 * 1024);
      reader.add(part);
      await undefined;
      waiting--;
    });
    expect(reader.finish()).toEqual(state);
  });

  test("that is cut short is refused", () => {
    const reader = new StateReader();
    reader.add(new TextEncoder().encode('{"a":'));
    expect(() => reader.finish()).toThrow(expect.objectContaining({ code: "TENON_STATE_FAILED" }));
  });

  test("that is no text is refused", () => {
    const reader = new StateReader();
    expect(() => {
      reader.add(Uint8Array.of(0x22, 0xff, 0x22));
      reader.finish();
    }).toThrow(expect.objectContaining({ code: "TENON_STATE_FAILED" }));
  });
});

describe("parts that were not asked for", () => {
  test("are refused", async () => {
    await expect(new StateSink().take(Uint8Array.of(1))).rejects.toMatchObject({ code: "TENON_STATE_FAILED" });
  });

  test("are refused while the one before is not taken", async () => {
    const sink = new StateSink();
    let take = () => {};
    const taking = () =>
      new Promise<void>((resolve) => {
        take = resolve;
      });
    await sink.open(taking, async () => {
      const first = sink.take(Uint8Array.of(1));
      await expect(sink.take(Uint8Array.of(2))).rejects.toMatchObject({ code: "TENON_STATE_FAILED" });
      take();
      await first;
    });
  });
});
