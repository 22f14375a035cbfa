import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findProblem } from "./find-problem.js";
import { type JsonLimits, readJson, tryReadJson } from "./index.js";

const limits: JsonLimits = { levels: 256, bytes: 1_000_000 };

/** Pieces that texts of JSON are made of, right and wrong. */
const pieces = [
  ...'{ } [ ] , : " \\ null true false nul 0 -0 1 -1 01 1. .5 1.5 1e5 1E+5 1e 1e400 -1e-400 9007199254740992'.split(
    " ",
  ),
  ...'9007199254740993 18446744073709551616 "a" "b" "__proto__" "a": "\\u0061": "\\ud83d\\ude00" "\\ud83d"'.split(" "),
  ...["\\ude00", "\u{1F600}", "\ud83d", "\ude00", "\uFEFF", "\n", "\t", " ", "\u0000", "\u2028", "é", '"x":1'],
];
const texts = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join("")),
  fc.json().chain((text) =>
    fc.tuple(fc.nat(text.length), fc.nat(3), fc.constantFrom(...pieces)).map(
      ([at, removed, piece]) =>
        // A right text, changed in one place.
        text.slice(0, at) + piece + text.slice(at + removed),
    ),
  ),
);

describe("readJson()", () => {
  test("reads what JSON.parse reads, for any value", () => {
    const values = fc.jsonValue({ stringUnit: "binary", maxDepth: 6 });
    fc.assert(
      fc.property(values, fc.constantFrom(0, 1, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(readJson(text, limits)).toEqual(JSON.parse(text));
      }),
      { numRuns: times(2000) },
    );
  });

  test("accepts only what JSON.parse accepts, and says for all else where it is wrong", () => {
    let accepted = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const read = tryReadJson(text, limits);
        const problem = findProblem(text, limits);
        if ("value" in read) {
          accepted++;
          expect(problem).toBeUndefined();
          expect(read.value).toEqual(JSON.parse(text));
        } else {
          expect(problem).toEqual(read);
          const lines = text.split("\n");
          expect(read.line).toBeLessThanOrEqual(lines.length);
          expect(read.column).toBeLessThanOrEqual((lines[read.line - 1] as string).length + 1);
        }
      }),
      { numRuns: times(20_000) },
    );
    expect(accepted).toBeGreaterThan(0);
  });

  test("refuses what JSON.parse refuses, and no more than that but for its own rules", () => {
    const own = /twice|more digits|too large|half of a character/;
    fc.assert(
      fc.property(texts, (text) => {
        const read = tryReadJson(text, limits);
        let isSyntax = true;
        try {
          JSON.parse(text);
        } catch {
          isSyntax = false;
        }
        if (isSyntax && !("value" in read)) expect(read.problem).toMatch(own);
        if (!isSyntax) expect(read).toHaveProperty("problem");
      }),
      { numRuns: times(20_000) },
    );
  });

  test.each([
    ["", "expected a value, found the end", 1, 1],
    ["[1,\n  2,\n]", 'expected a value, found "]"', 3, 1],
    ['{"a": 1\n "b": 2}', 'expected "," or "}", found "\\""', 2, 2],
    ["{a: 1}", 'expected a key in double quotes, found "a"', 1, 2],
    ['{"a" 1}', 'expected ":", found "1"', 1, 6],
    ["1 2", 'expected the end of the text, found "2"', 1, 3],
    ["01", 'expected the end of the text, found "1"', 1, 2],
    ["NaN", 'expected a value, found "N"', 1, 1],
    ['"abc', "expected the end of a string, found the end", 1, 5],
    ['"a\tb"', "a string contains U+0009; write it as an escape", 1, 3],
    ['"a\\x"', 'unknown escape "\\\\x" in a string', 1, 3],
    ["\uFEFF{}", "expected a value, found a byte order mark", 1, 1],
    ['{"a": 1, "b": 2, "\\u0061": 3}', 'the key "a" is used twice in one object', 1, 18],
    ['[{"__proto__": 1, "__proto__": 1}]', 'the key "__proto__" is used twice in one object', 1, 19],
    ["[9007199254740993]", "9007199254740993 has more digits than a number holds; write it as a string", 1, 2],
    ["-18446744073709551615", "-18446744073709551615 has more digits than a number holds; write it as a string", 1, 1],
    ["1e400", "1e400 is too large for a number", 1, 1],
    ["9".repeat(400), `${"9".repeat(40)}… is too large for a number`, 1, 1],
    ['"\\ud83d"', "a string contains half of a character (U+D83D)", 1, 2],
    ['"x\\ude00\\ud83d"', "a string contains half of a character (U+DE00)", 1, 3],
    ['"\ud83d"', "a string contains half of a character (U+D83D)", 1, 2],
    ['"\ud83d\\ude00"', "a string contains half of a character (U+D83D)", 1, 2],
  ])("refuses %j", (text, problem, line, column) => {
    expect(tryReadJson(text, limits)).toEqual({ kind: "syntax", problem, line, column });
    expect(() => readJson(text, limits, "config.json")).toThrow(
      expect.objectContaining({ code: "TENON_JSON_INVALID", message: `config.json:${line}:${column}: ${problem}` }),
    );
  });

  test.each([
    ["9007199254740992", 2 ** 53],
    ["100000000000000000000", 1e20],
    ["1e300", 1e300],
    ["-18084260288357430", -18084260288357432],
    ["0.30000000000000000000001", 0.3],
    ["-0", -0],
    ['"\\ud83d\\ude00\\uD7FF\\udbff\\udfff"', "\u{1F600}\uD7FF\u{10FFFF}"],
    ['"\\\\ud83d"', "\\ud83d"],
  ])("accepts %s", (text, value) => expect(readJson(text, limits)).toBe(value));

  test("makes __proto__ a property, and leaves prototypes alone", () => {
    const value = readJson('{"__proto__": {"admin": true}, "constructor": 1}', limits) as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(value.admin).toBeUndefined();
  });

  test("limits levels and bytes without using the stack", () => {
    const deep = "[".repeat(1_000_000) + "]".repeat(1_000_000);
    const problem = { kind: "limit", problem: "values are nested more than 256 levels deep", line: 1, column: 257 };
    expect(tryReadJson(deep, { levels: 256, bytes: 4_000_000 })).toEqual(problem);
    expect(tryReadJson('{"a":'.repeat(1_000_000), { levels: 256, bytes: 8_000_000 })).toMatchObject({ kind: "limit" });
    expect(readJson(deep, { levels: 1_000_000, bytes: 4_000_000 })).toHaveLength(1);
    expect(tryReadJson(`${deep}x`, { levels: 1_000_000, bytes: 4_000_000 })).toMatchObject({ column: 2_000_001 });
    expect(readJson("[".repeat(256) + "]".repeat(256), limits)).toHaveLength(1);
    expect(() => readJson(deep, { levels: 256, bytes: 1_999_999 })).toThrow(
      expect.objectContaining({
        code: "TENON_JSON_TOO_LARGE",
        message: "JSON:1:1: the text has more than 1999999 bytes",
      }),
    );
    expect(readJson('"éé"', { levels: 0, bytes: 6 })).toBe("éé");
    expect(tryReadJson('"éé"', { levels: 0, bytes: 5 })).toMatchObject({ kind: "limit" });
    expect(tryReadJson("[]", { levels: 0, bytes: 5 })).toMatchObject({ kind: "limit" });
  });
});
