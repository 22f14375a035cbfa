import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { assembler, leb, module } from "../../../binary/testing/assembler.mjs";
import { nameModule } from "../modules/module-name.js";
import { PrintedFailures, printedFailure, reportIn } from "./printed-failures.js";

const { name, list, section, custom } = assembler(leb);

const call = (index: number) => [0x10, index];
const body = (...code: readonly number[]) => {
  const whole = [0, ...code, 0x0b];
  return [...leb(whole.length), ...whole];
};
const unreachable = 0x00;
const when = (...code: readonly number[]) => [0x20, 0, 0x04, 0x40, ...code, 0x0b];

/**
 * `report` prints if its argument is not 0, and `__assert_fail` traps after that if it is odd, as a library would. `run` calls it, and
 * so does `other`, from elsewhere. `trap` only traps.
 */
function moduleThatFails(named: boolean): Uint8Array {
  const functions = ["print", "__assert_fail", "run", "other", "trap"];
  const types = list([0x60, 0, 0], [0x60, 1, 0x7f, 0]);
  const bytes = module(
    section(1, types),
    section(2, list([...name("host"), ...name("print"), 0, 0])),
    section(3, list([1], [1], [1], [0])),
    section(7, list(...["run", "other", "trap"].map((each, index) => [...name(each), 0, index + 2]))),
    section(
      10,
      list(
        body(...when(...call(0)), 0x20, 0, 0x41, 1, 0x71, 0x04, 0x40, unreachable, 0x0b),
        body(0x20, 0, ...call(1)),
        body(0x01, 0x01, 0x20, 0, ...call(1)),
        body(unreachable),
      ),
    ),
    ...(named
      ? [custom("name", [1, ...sized(list(...functions.map((each, index) => [...leb(index), ...name(each)])))])]
      : []),
  );
  return nameModule(bytes, "plugin.wasm");
}

const sized = (content: readonly number[]) => [...leb(content.length), ...content];

interface Exports {
  run(argument: number): void;
  other(argument: number): void;
  trap(): void;
}

const assertion = "Assertion failed: a > 0 (plugin.c: check: 18)\n";
const limit = Error.stackTraceLimit;
beforeEach(() => {
  Error.stackTraceLimit = 10;
});
afterEach(() => {
  Error.stackTraceLimit = limit;
});

describe.each([true, false])("printedFailure(), with names: %s", (named) => {
  const compiled = new WebAssembly.Module(moduleThatFails(named));

  function instanceThatPrints(...pieces: readonly string[]): Exports {
    const failures = new PrintedFailures();
    const print = () => {
      for (const piece of pieces) failures.printed(new TextEncoder().encode(piece));
    };
    return new WebAssembly.Instance(compiled, { host: { print } }).exports as unknown as Exports;
  }

  /** What is known about a failure, right after it. */
  function failureOf(fails: () => void): string | undefined {
    try {
      fails();
    } catch (thrown) {
      return printedFailure((thrown as Error).stack);
    }
    return expect.unreachable();
  }

  test("returns what the call that failed has printed, once", () => {
    const { run } = instanceThatPrints(assertion);
    expect(failureOf(() => run(1))).toBe(assertion.trim());
    expect(printedFailure(new Error("later").stack)).toBeUndefined();
  });

  test("returns nothing if another call has printed it, however soon before", () => {
    const { run, other, trap } = instanceThatPrints(assertion);
    run(2);
    expect(failureOf(trap)).toBeUndefined();
    run(2);
    expect(failureOf(() => instanceThatPrints().other(1))).toBeUndefined();
    other(2);
    expect(failureOf(() => other(1))).toBe(assertion.trim());
  });

  test("returns nothing if nothing was printed about a failure", () => {
    expect(failureOf(() => instanceThatPrints().run(1))).toBeUndefined();
    expect(failureOf(() => instanceThatPrints("all is well\n").run(1))).toBeUndefined();
    expect(failureOf(() => instanceThatPrints("no Assertion failed: a\n").run(1))).toBeUndefined();
  });

  test("joins the pieces in which a library prints", () => {
    const pieces = [
      "\nthread '",
      "main",
      "' panicked at ",
      "src/lib.rs:3:5",
      ":\n",
      "too ",
      "small",
      "\nnote: run with…\n",
    ];
    expect(failureOf(() => instanceThatPrints("before\n", ...pieces).run(1))).toBe(
      "panicked at src/lib.rs:3:5: too small",
    );
  });

  test("keeps a bounded part of what is printed", () => {
    const long = instanceThatPrints("Assertion failed: ", ...new Array<string>(1000).fill("x".repeat(10_000)));
    expect(failureOf(() => long.run(1))!.length).toBeLessThan(3000);
  });

  test("a trap after a report has a deep stack, and the host's own errors only until then", async () => {
    const { run } = instanceThatPrints(assertion);
    const deep = (depth: number): void => (depth === 0 ? run(1) : deep(depth - 1));
    try {
      deep(30);
    } catch (thrown) {
      expect((thrown as Error).stack!.split("\n").length).toBeGreaterThan(30);
    }
    await undefined;
    expect(Error.stackTraceLimit).toBe(10);
  });

  test("is forgotten when the program goes on", async () => {
    const { run } = instanceThatPrints(assertion);
    run(2);
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(failureOf(() => instanceThatPrints().run(1))).toBeUndefined();
  });
});

describe("reportIn()", () => {
  test.each([
    [
      "thread '<unnamed>' (1) panicked at src/lib.rs:11:9:\nno\nnote: run with `RUST_BACKTRACE=1`\n",
      "panicked at src/lib.rs:11:9: no",
    ],
    [
      "thread 'main' panicked at src/a: b.rs:1:2:\nleft: 1\n right: 2\n",
      "panicked at src/a: b.rs:1:2: left: 1\n right: 2",
    ],
    ["thread 'main' panicked at src/lib.rs:1:2:\n", "panicked at src/lib.rs:1:2"],
    ["log\nAssertion failed: a == 1 (a.c: f: 2)\nmore\n", "Assertion failed: a == 1 (a.c: f: 2)"],
    ["Assertion failed: \u001b[2J\n", "Assertion failed: ?[2J"],
    ["nothing of the kind", undefined],
  ])("%j", (text, report) => {
    expect(reportIn(text)).toBe(report);
  });
});
