import { conformanceCases, type Result, type Target } from "tenon/testing";
import { describe, expect, test } from "vitest";
import { markdown, type Outcome, plainText } from "./table.js";
import { targets } from "./targets.js";

const target = targets[0] as Target;
const of = (outcome: (at: number) => Result): Outcome => ({
  target,
  results: conformanceCases.map((_, at) => outcome(at)),
});
/** How many cases the first row counts. */
const count = conformanceCases.filter(({ feature }) => feature === conformanceCases[0]?.feature).length;
const passed = of((at) => ({ case: conformanceCases[at]!, status: "passed" }));

describe("the conformance table", () => {
  test("shows how many cases passed, and lists every case", () => {
    const text = markdown([passed]);
    expect(text).toContain(`| ✓ ${count} |`);
    for (const { id } of conformanceCases) expect(text).toContain(`\`${id}\``);
  });

  test("lists each reason once, and refers to it by number", () => {
    const absent = of((at) => ({ case: conformanceCases[at]!, status: "not offered", reason: "no hands" }));
    expect(markdown([absent])).toContain("| – <sup>1</sup> |");
    expect(plainText([absent, passed]).match(/no hands/g)).toHaveLength(1);
  });

  test("counts failures, and prints the error of each", () => {
    const failed = of((at) => ({
      case: conformanceCases[at]!,
      status: "failed",
      error: new Error("three is not two"),
    }));
    expect(markdown([failed])).toContain(`✗ ${count} of ${count} failed`);
    expect(plainText([failed])).toContain("three is not two");
  });

  test("is the same for equal results", () => {
    expect(markdown([passed, passed])).toBe(markdown([passed, passed]));
    expect(markdown([passed])).not.toMatch(/\d ms|\/(?:home|tmp|work)\//);
  });
});
