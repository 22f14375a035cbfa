import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePattern } from "./pattern.js";

const sources = fc.letrec<{ source: string }>((tie) => ({
  source: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(
      "a",
      "b",
      "c",
      ".",
      "\\d",
      "[a-c]",
      "[^a\\]]",
      "\\w",
      "^",
      "$",
      "\\.",
      "\\u0061",
      "\\p{L}",
      "é",
      "",
    ),
    fc.tuple(tie("source"), tie("source")).map(([one, other]) => one + other),
    fc.tuple(tie("source"), tie("source")).map(([one, other]) => `(?:${one}|${other})`),
    fc
      .tuple(tie("source"), fc.constantFrom("*", "+", "?", "*?", "{2}", "{1,3}", "{2,}", "{0}"))
      .map(([one, quantifier]) => `(${one})${quantifier}`),
  ),
})).source;

test("a pattern matches what the engine's matches", () => {
  fc.assert(
    fc.property(
      sources,
      fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c", "1", ".", "é", "]"), maxLength: 8 }), {
        minLength: 5,
        maxLength: 5,
      }),
      (source, texts) => {
        const pattern = compilePattern(source);
        if (pattern === undefined) return;
        for (const text of texts)
          expect([source, text, pattern(text)]).toEqual([source, text, new RegExp(source, "u").test(text)]);
      },
    ),
    { numRuns: times(3000) },
  );
});

test.each(["(a+)+$", "^(?:a|a)*b$", "(.*)*x", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a?){50}a{50}$"])(
  "%s takes no time that explodes",
  (source) => {
    expect(compilePattern(source)?.("a".repeat(50_000) + "!")).toBeDefined();
  },
);

test.each(["(a)\\1", "(?=a)", "(?<!a)b", "\\bword", "a{5000}", "(a{100}){100}", "(", "a".repeat(3000), "[", "\\ud83d"])(
  "%s is not checked",
  (source) => expect(compilePattern(source)).toBeUndefined(),
);
