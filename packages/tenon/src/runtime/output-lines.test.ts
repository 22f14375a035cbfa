import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogLine } from "./index.js";
import { burstBytes, longestLine, OutputBudget, OutputLines, SharedRest } from "./output-lines.js";

function capture(now: () => number = () => 0) {
  const got: LogLine[] = [];
  const lines = new OutputLines("stdout", (line) => got.push(line), new OutputBudget(now));
  return { lines, got, texts: () => got.map((line) => line.text) };
}

function takeOver(memory: SharedArrayBuffer) {
  const got: LogLine[] = [];
  const lines = new OutputLines("stdout", (line) => got.push(line), new OutputBudget(() => 0), new SharedRest(memory));
  return { got, end: () => lines.end() };
}

describe("a plugin's output as log lines", () => {
  test("splits at newlines, drops carriage returns, keeps a last line without newline", () => {
    const { lines, got } = capture();
    lines.push(Buffer.from("one\r\ntwo\n\nfo"));
    lines.push(Buffer.from("ur"));
    lines.end();
    expect(got).toEqual(["one", "two", "", "four"].map((text) => ({ stream: "stdout", text })));
  });

  test("yields the same lines however the bytes are split, even inside a character", () => {
    const text = "grüße, 世界 🌍\nzweite Zeile\n\nlast";
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 10 }), (cuts) => {
        const { lines, texts } = capture();
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        for (let index = 1; index < at.length; index++) lines.push(bytes.subarray(at[index - 1], at[index]));
        lines.end();
        expect(texts()).toEqual(text.split("\n"));
      }),
    );
  });

  test("bytes that are not UTF-8 become replacement characters", () => {
    const { lines, texts } = capture();
    lines.push(Buffer.from([0xff, 0xfe, 0x41, 0x0a]));
    expect(texts()).toEqual(["\ufffd\ufffdA"]);
  });

  test("passes on an endless line in pieces of whole characters, without loss", () => {
    const { lines, texts } = capture();
    const text = "x" + "🌍".repeat(50_000);
    lines.push(Buffer.from(text));
    lines.push(Buffer.from("\n"));
    expect(texts().length).toBe(4);
    for (const piece of texts()) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(longestLine);
    expect(texts().join("")).toBe(text);
  });

  test("a line of exactly the longest length is one line", () => {
    const { lines, texts } = capture();
    lines.push(Buffer.from("y".repeat(longestLine)));
    lines.push(Buffer.from("\nnext\n"));
    expect(texts()).toEqual(["y".repeat(longestLine), "next"]);
  });

  test("drops a flood, says how much it dropped, and resumes with whole lines", () => {
    let now = 0;
    const { lines, got } = capture(() => now);
    const line = "z".repeat(1023);
    const chunk = Buffer.from(`${line}\n`.repeat(64));
    let written = 0;
    for (let index = 0; index < 2000; index++, written += chunk.length) lines.push(chunk);
    lines.push(Buffer.from("cut of"));
    written += 6;
    const during = got.length;
    expect(got.at(-1)?.text).toBe("[tenon] the plugin writes more than 1 MiB per second to stdout: dropping output");
    expect(during).toBeLessThanOrEqual(burstBytes / 1024);
    expect(during).toBeGreaterThan(1000);
    now += 2000;
    lines.push(Buffer.from("f here\nafter\n"));
    written += 7;
    const after = got.slice(during).map(({ text }) => text);
    expect(after).toEqual([`[tenon] dropped ${written - (during - 1) * 1024} bytes of stdout here`, "after"]);
  });

  test("counts a flood of empty lines as a flood", () => {
    const { lines, got } = capture();
    for (let index = 0; index < 100; index++) lines.push(Buffer.alloc(65_536, "\n"));
    lines.end();
    expect(got.length).toBeLessThan(burstBytes / 64 + 3);
    expect(got.at(-1)?.text).toMatch(/^\[tenon\] dropped \d+ bytes of stdout/);
  });

  test("what a thread that was killed has not passed on is in the shared memory: the beginning of a line, and a count", () => {
    const memory = new SharedArrayBuffer(SharedRest.bytes);
    const killed = new OutputLines("stdout", () => {}, new OutputBudget(() => 0), new SharedRest(memory));
    killed.push(Buffer.from("whole\nbegun: grü"));
    const { got, end } = takeOver(memory);
    end();
    expect(got).toEqual([{ stream: "stdout", text: "begun: grü" }]);
    for (let index = 0; index < 100; index++) killed.push(Buffer.alloc(65_536, `${"x".repeat(1023)}\n`));
    const flooded = takeOver(memory);
    flooded.end();
    expect(flooded.got.at(-1)?.text).toMatch(/^\[tenon\] dropped \d+ bytes of stdout here$/);
    flooded.end();
    expect(flooded.got.length).toBe(1);
  });

  test("keeps the end of the output as its tail, including what was dropped", () => {
    const { lines } = capture();
    for (let index = 0; index < 200; index++) lines.push(Buffer.alloc(65_536, "a"));
    lines.push(Buffer.from("\nFATAL"));
    lines.push(Buffer.from(" ERROR\n"));
    expect(lines.tail.endsWith("a\nFATAL ERROR\n")).toBe(true);
    expect(lines.tail.length).toBe(8192);
  });
});
