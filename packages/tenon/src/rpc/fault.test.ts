import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errors, finding, isTenonError } from "../errors/index.js";
import { coded, faultFromText, faultText } from "./fault.js";

describe("a fault", () => {
  it("carries everything but the payload", () => {
    const error = errors.TENON_LOAD_FAILED({
      message: "it failed",
      subject: "greeter",
      fix: { text: "do this", command: "that" },
      pluginStack: "at line 3",
      findings: [finding("TENON_EXPORT_MISSING", { subject: "greet", message: "missing" })],
      cause: new RangeError("outer", { cause: new Error("inner") }),
      payload: "left out",
    });
    const read = faultFromText(faultText(error), "TENON_CALL_THREW");
    expect(read.toJSON()).toEqual(error.toJSON());
    expect(read.payload).toBeUndefined();
    expect(read.cause).toMatchObject({ name: "RangeError", message: "outer", cause: { message: "inner" } });
  });

  it("has its long parts cut, and ends if its causes form a loop", () => {
    const cause = new Error("round");
    cause.cause = cause;
    const error = errors.TENON_CALL_THREW({
      message: "x".repeat(1_000_000),
      pluginStack: "y".repeat(1_000_000),
      cause,
      findings: Array.from({ length: 5000 }, () => finding("TENON_EXPORT_MISSING", { subject: "a", message: "b" })),
    });
    const text = faultText(error);
    expect(text.length).toBeLessThan(64 * 1024);
    expect(faultFromText(text, "TENON_INTERNAL").message).toContain("more characters");
  });

  it("with an unknown code names the code in its message", () => {
    const read = faultFromText(
      JSON.stringify({ code: "TENON_NEW", message: "news", fix: { text: "?" } }),
      "TENON_CALL_THREW",
    );
    expect(read).toMatchObject({ code: "TENON_CALL_THREW", message: "news (TENON_NEW)" });
  });

  it("can be read from any text as a coded error", () => {
    const fields = {
      code: fc.anything(),
      message: fc.anything(),
      fix: fc.anything(),
      findings: fc.anything(),
      cause: fc.anything(),
    };
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record(fields).map((value) => JSON.stringify(value, (_, item) => (typeof item === "bigint" ? 0 : item)) ?? ""),
    );
    fc.assert(
      fc.property(text, (fault) => {
        const read = faultFromText(fault, "TENON_CALL_THREW");
        expect(isTenonError(read)).toBe(true);
        expect(typeof read.message).toBe("string");
        expect(typeof read.fix.text).toBe("string");
      }),
      { numRuns: times(1000) },
    );
  });

  it("can be made from anything that was thrown", () => {
    expect(coded("text", "TENON_CALL_THREW", "greet() threw")).toMatchObject({ message: "greet() threw: text" });
    expect(coded(undefined, "TENON_CALL_THREW", "greet() threw")).toMatchObject({
      message: "greet() threw: undefined",
    });
    const own = errors.TENON_HEALTH_FAILED("unwell");
    expect(coded(own, "TENON_CALL_THREW", "x")).toBe(own);
    const hostile = {
      toString: () => {
        throw new Error("no");
      },
    };
    expect(coded(hostile, "TENON_CALL_THREW", "greet() threw").code).toBe("TENON_CALL_THREW");
    expect(coded(Object.create(null), "TENON_CALL_THREW", "greet() threw").code).toBe("TENON_CALL_THREW");
  });
});
