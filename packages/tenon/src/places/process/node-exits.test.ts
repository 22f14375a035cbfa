import { expect, test } from "vitest";
import { exitError, exitOf } from "../../launch/index.js";
import type { ProgramExit } from "../../runtime/index.js";
import { nodeExits } from "./node-exits.js";

const exit = (given: Partial<ProgramExit>): ProgramExit => ({
  code: null,
  signal: null,
  killed: false,
  tail: "",
  ...given,
});
const heap = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n";
const oom = "#\n# Fatal javascript OOM in GC during deserialization\n#\n";

test.each([
  ["an exit code", { code: 3 }, 0, "TENON_PLACE_EXIT", "the plugin's process exited with exit code 3"],
  ["exit code 0", { code: 0 }, 0, "TENON_PLACE_EXIT", "process.exit"],
  ["a signal", { signal: "SIGSEGV" }, 0, "TENON_PLACE_EXIT", "signal SIGSEGV"],
  ["a kill from outside", { signal: "SIGKILL" }, 0, "TENON_PLACE_EXIT", "an operator or the out-of-memory killer"],
  [
    "a kill by the host",
    { signal: "SIGKILL", killed: true },
    0,
    "TENON_PLACE_EXIT",
    "the host killed the plugin's process",
  ],
  [
    "the last lines on stderr",
    { code: 1, tail: "Error: no such table\n    at x.js:1:2\n" },
    0,
    "TENON_PLACE_EXIT",
    "  Error: no such table\n      at x.js:1:2",
  ],
  [
    "a full heap",
    { signal: "SIGABRT", tail: heap },
    64 * 2 ** 20,
    "TENON_PLACE_MEMORY",
    "its limit of 64 MiB and exited with signal SIGABRT",
  ],
  [
    "a full heap without a limit",
    { code: 134, tail: heap },
    0,
    "TENON_PLACE_MEMORY",
    "more memory than V8 allows by default",
  ],
  ["a heap too small to start", { signal: "SIGTRAP", tail: oom }, 1, "TENON_PLACE_MEMORY", "its limit of 1 MiB"],
  ["only talk of a full heap", { code: 1, tail: heap }, 0, "TENON_PLACE_EXIT", "exit code 1"],
] as const)("%s", (_, given, memory, code, text) => {
  const error = exitError(exit(given), "plugins/one.js", { memory }, nodeExits);
  expect(error).toMatchObject({ code, subject: "plugins/one.js" });
  expect(error.message).toContain(text);
});

test("the last lines on stderr are quoted, but not more than a screen", () => {
  const tail = Array.from({ length: 500 }, (_, index) => `line ${index}`).join("\n");
  const { message } = exitError(exit({ code: 1, tail }), "p", { memory: 0 }, nodeExits);
  expect(message.split("\n").at(-1)).toBe("  line 499");
  expect(message.split("\n").length).toBeLessThan(25);
});

test("a report has the signal, or the code", () => {
  expect(exitOf(exit({ signal: "SIGKILL" }))).toBe("SIGKILL");
  expect(exitOf(exit({ code: 0 }))).toBe(0);
});
