import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeTerminal } from "../fixtures/fake-terminal.mjs";
import { Output, type OutputOptions } from "./output.js";
import { type ReportStep, withProgress } from "./progress.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Work that is under way until the test finishes it. */
function start(isTerminal: boolean, options: OutputOptions = {}) {
  const terminal = new FakeTerminal({ isTerminal, environment: { NO_COLOR: "1" } });
  const output = new Output(terminal, options);
  let report: ReportStep = () => {};
  let finish: () => void = () => {};
  const done = withProgress(output, "building plugins/greeter", (given) => {
    report = given;
    return new Promise<void>((resolve) => (finish = resolve));
  });
  return {
    output,
    terminal,
    report: (step: string) => report(step),
    async finish() {
      finish();
      await done;
    },
  };
}

test("work of less than a second shows nothing", async () => {
  for (const isTerminal of [true, false]) {
    const { terminal, report, finish } = start(isTerminal);
    report("compiling greeter");
    vi.advanceTimersByTime(900);
    await finish();
    vi.advanceTimersByTime(60_000);
    expect(terminal.stderr.text).toBe("");
  }
});

test("on a terminal one line is rewritten with the elapsed seconds, and removed at the end", async () => {
  const { terminal, report, finish } = start(true);
  vi.advanceTimersByTime(1000);
  expect(terminal.stderr.text).toBe("| building plugins/greeter (1 s)");
  report("compiling\n3 crates");
  vi.advanceTimersByTime(2000);
  expect(terminal.stderr.text.split("\r\x1b[2K").at(-1)).toMatch(
    /^\S building plugins\/greeter \(3 s\): compiling 3 crates$/,
  );
  report("x".repeat(200));
  vi.advanceTimersByTime(100);
  expect(terminal.stderr.text.split("\r\x1b[2K").at(-1)).toHaveLength(79);
  await finish();
  expect(terminal.stderr.text.endsWith("\r\x1b[2K")).toBe(true);
  expect(terminal.stderr.text).not.toContain("\n");
  expect(terminal.stdout.text).toBe("");
});

test("a line of output on a terminal does not break the progress line", async () => {
  const { output, terminal, finish } = start(true);
  vi.advanceTimersByTime(1000);
  output.note("a note");
  expect(terminal.stderr.text).toBe(
    "| building plugins/greeter (1 s)\r\x1b[2Ka note\n| building plugins/greeter (1 s)",
  );
  await finish();
});

test("elsewhere there is a plain line every five seconds at most, if the step changed", async () => {
  const { terminal, report, finish } = start(false);
  vi.advanceTimersByTime(1000);
  for (let crate = 1; crate <= 40; crate++) {
    report(`compiling crate ${crate}`);
    vi.advanceTimersByTime(250);
  }
  vi.advanceTimersByTime(60_000);
  report("compiling crate 40");
  report("linking");
  await finish();
  vi.advanceTimersByTime(60_000);
  expect(terminal.stderr.text.split("\n")).toEqual([
    "building plugins/greeter (1 s)",
    expect.stringMatching(/^building plugins\/greeter \(6 s\): compiling crate (20|21)$/),
    "building plugins/greeter (11 s): compiling crate 40",
    "building plugins/greeter (71 s): linking",
    "",
  ]);
});

test.each([{ json: true }, { quiet: true }])("%j shows no progress", async (options) => {
  for (const isTerminal of [true, false]) {
    const { terminal, report, finish } = start(isTerminal, options);
    report("compiling greeter");
    vi.advanceTimersByTime(10_000);
    await finish();
    expect(terminal.stderr.text).toBe("");
  }
});

test("steps that work cannot report itself go through the output", async () => {
  const { output, terminal, finish } = start(true);
  output.reportStep("linking");
  vi.advanceTimersByTime(1000);
  await finish();
  expect(terminal.stderr.text).toContain("(1 s): linking");
  output.reportStep("too late");
  expect(terminal.stderr.text).not.toContain("too late");
});

test("work that fails removes the line, too", async () => {
  const terminal = new FakeTerminal({ isTerminal: true });
  const failing = withProgress(new Output(terminal), "building", async () => {
    vi.advanceTimersByTime(2000);
    throw new Error("no compiler");
  });
  await expect(failing).rejects.toThrow("no compiler");
  expect(terminal.stderr.text.endsWith("\r\x1b[2K")).toBe(true);
});
