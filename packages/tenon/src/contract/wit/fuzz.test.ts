import { patience, times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryContract } from "../../../../conformance/src/arbitrary-contract.js";
import { isTenonError } from "../../errors/index.js";
import { contractToWit } from "./from-contract.js";
import { keywords } from "./keywords.js";
import { parseWit } from "./parser.js";
import { printWit } from "./printer.js";
import { contractFromWit } from "./to-contract.js";

const seed = 20_250_101;

const pieces = [
  ...keywords,
  ...'= , : ; ( ) { } < > * -> / . @ _ % - " \\ // /* */ /// /** \n \r \t \0 \u202e \ud800 é 🎉 0 1 1.0.0 a b c-d A a:b a:b/c'.split(
    " ",
  ),
  "since(version = 1.0.0)",
  "unstable(feature = optional)",
  "package a:b;",
  "interface i {",
  "world w {",
  "func()",
];

/** Small numbers from a seed, so that every run tries the same texts. */
function random(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Reads a text as far as it goes; the only errors are Tenon's. Says how far it came. */
function attempt(text: string): "refused" | "parsed" | "resolved" {
  let reached: "refused" | "parsed" | "resolved" = "refused";
  try {
    const printed = printWit(parseWit(text));
    reached = "parsed";
    expect(printWit(parseWit(printed))).toBe(printed);
    contractToWit(contractFromWit(text));
    reached = "resolved";
  } catch (error) {
    if (!isTenonError(error)) throw error;
    expect(error.code).toMatch(/^TENON_CONTRACT_(SYNTAX|INVALID|UNSUPPORTED|TOO_LARGE)$/);
    expect(error.message).not.toBe("");
  }
  return reached;
}

test("broken texts yield a contract or a coded error", { timeout: patience(120_000) }, () => {
  const next = random(seed);
  const valid = fc
    .sample(arbitraryContract(), { numRuns: times(60), seed })
    .map((contract) => contractToWit(contract).slice(0, 4_000));
  const outcomes = { refused: 0, parsed: 0, resolved: 0 };
  const runs = times(6_000);
  for (let run = 0; run < runs; run += 1) {
    outcomes[attempt(run % 4 === 3 ? soup(next) : mutated(valid[run % valid.length]!, next))] += 1;
  }
  expect(outcomes.refused).toBeGreaterThan(runs / 4);
  expect(outcomes.parsed).toBeGreaterThan(runs / 40);
  expect(outcomes.resolved).toBeGreaterThan(runs / 200);
});

test("random bytes yield a contract or a coded error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      attempt(Buffer.from(bytes).toString("latin1"));
      attempt(new TextDecoder().decode(bytes));
    }),
    { numRuns: times(2_000), seed },
  );
});

function soup(next: (below: number) => number): string {
  return Array.from({ length: next(40) }, () => pieces[next(pieces.length)]).join(next(2) === 0 ? " " : "");
}

/** Cuts, copies and inserts at random places, or swaps one word for another of the text. */
function mutated(text: string, next: (below: number) => number): string {
  let changed = text;
  for (let count = 1 + next(2); count > 0; count -= 1) {
    const [start, length] = [next(changed.length + 1), next(12)];
    switch (next(5)) {
      case 0:
        changed = changed.slice(0, start) + changed.slice(start + length);
        break;
      case 1:
        changed = changed.slice(0, start) + changed.slice(start, start + length * 20) + changed.slice(start);
        break;
      case 2:
        changed = changed.slice(0, start) + pieces[next(pieces.length)] + changed.slice(start);
        break;
      case 3:
        changed = changed.slice(0, start);
        break;
      default: {
        const words = [...changed.matchAll(/[a-z][a-z0-9-]*/g)];
        const [from, to] = [words[next(words.length)], words[next(words.length)]];
        if (from !== undefined && to !== undefined)
          changed = changed.slice(0, from.index) + to[0] + changed.slice(from.index + from[0].length);
      }
    }
  }
  return changed;
}
