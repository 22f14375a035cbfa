import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { contract, t } from "../building/builder.js";
import type { Contract, Items } from "../model/model.js";
import { adviseVersion } from "./advice.js";
import type { Bump } from "./version.js";

const make = (version: string, definition: { imports?: Items; exports?: Items; docs?: string } = {}) =>
  contract(version === "" ? "demo:sample" : `demo:sample@${version}`, definition);
const run = t.func([["a", t.u8]]);

const docs = readFileSync(new URL("../../../../../docs/contract.md", import.meta.url), "utf8");

/** The semver table of docs/contract.md. */
test.each<
  [
    string,
    string,
    { imports?: Items; exports?: Items; docs?: string },
    { imports?: Items; exports?: Items; docs?: string },
  ]
>([
  ["none", "nothing", { exports: { run } }, { exports: { run } }],
  [
    "patch",
    "documentation",
    { exports: { run } },
    { exports: { run: t.func([["a", t.u8]], undefined, { docs: "Runs." }) }, docs: "All." },
  ],
  ["minor", "an optional function is added", { exports: { run } }, { exports: { run, more: t.optional(t.func([])) } }],
  ["minor", "an optional import is added", {}, { imports: { log: t.optional(t.func([])) } }],
  ["minor", "the order of functions changes", { exports: { run, more: run } }, { exports: { more: run, run } }],
  ["minor", "a parameter is renamed", { exports: { run } }, { exports: { run: t.func([["b", t.u8]]) } }],
  [
    "minor",
    "an option parameter is added at the end",
    { exports: { run } },
    {
      exports: {
        run: t.func([
          ["a", t.u8],
          ["b", t.option(t.u8)],
        ]),
      },
    },
  ],
  [
    "minor",
    "an option field is added",
    { exports: { run: t.func([["a", t.record("r", { x: t.u8 })]]) } },
    { exports: { run: t.func([["a", t.record("r", { x: t.u8, y: t.option(t.u8) })]]) } },
  ],
  ["minor", "a result is added", { exports: { run: t.func([]) } }, { exports: { run: t.func([], t.option(t.u8)) } }],
  ["major", "a function is added", {}, { exports: { run } }],
  ["major", "a function is removed", { exports: { run } }, {}],
  ["major", "an import is added", {}, { imports: { log: t.func([]) } }],
  ["major", "an import is removed", { imports: { log: t.func([]) } }, {}],
  [
    "major",
    "a parameter is added",
    { exports: { run } },
    {
      exports: {
        run: t.func([
          ["a", t.u8],
          ["b", t.u8],
        ]),
      },
    },
  ],
  [
    "major",
    "a field is added",
    { exports: { run: t.func([["a", t.record("r", { x: t.u8 })]]) } },
    { exports: { run: t.func([["a", t.record("r", { x: t.u8, y: t.u8 })]]) } },
  ],
  [
    "major",
    "a case is added",
    { exports: { run: t.func([], t.enum("e", ["x"])) } },
    { exports: { run: t.func([], t.enum("e", ["x", "y"])) } },
  ],
  ["major", "a number is widened", { exports: { run } }, { exports: { run: t.func([["a", t.u32]]) } }],
  ["major", "an optional function becomes required", { exports: { run: t.optional(run) } }, { exports: { run } }],
])("%s: %s", (change, what, before, after) => {
  expect(docs).toContain(`| ${what} | ${change} |\n`);
  expect(adviseVersion(make("1.2.3", before), make("1.2.3", after)).change).toBe(change);
});

describe("the next version", () => {
  const after: Record<Bump, Contract> = {
    major: make("9.9.9", { exports: { run, more: run } }),
    minor: make("9.9.9", { exports: { run, more: t.optional(run) } }),
    patch: make("9.9.9", { exports: { run }, docs: "New." }),
    none: make("9.9.9", { exports: { run } }),
  };

  test.each<[string, Bump, Bump, string]>([
    ["1.2.3", "major", "major", "2.0.0"],
    ["1.2.3", "minor", "minor", "1.3.0"],
    ["1.2.3", "patch", "patch", "1.2.4"],
    ["1.2.3", "none", "none", "1.2.3"],
    ["0.2.3", "major", "minor", "0.3.0"],
    ["0.2.3", "minor", "patch", "0.2.4"],
    ["0.2.3", "patch", "patch", "0.2.4"],
    ["0.0.3", "major", "patch", "0.0.4"],
    ["2.0.0-rc.1", "major", "major", "2.0.0"],
    ["1.2.0-rc.1", "minor", "minor", "1.2.0"],
    ["1.2.0-rc.1", "major", "major", "2.0.0"],
    ["1.2.3-rc.1", "patch", "patch", "1.2.3"],
    ["1.2.3+build", "patch", "patch", "1.2.4"],
  ])("of %s after a %s change raises %s: %s", (version, change, bump, next) => {
    expect(adviseVersion(make(version, { exports: { run } }), after[change])).toMatchObject({
      change,
      bump,
      version: next,
    });
  });

  it("is unknown if the contract has no version", () => {
    expect(adviseVersion(make("", { exports: { run } }), after.major)).toMatchObject({
      bump: "major",
      version: undefined,
      enough: undefined,
    });
  });

  test.each([
    ["1.2.3", "2.0.0", true],
    ["1.2.3", "1.9.9", false],
    ["1.2.3", "2.0.0-rc.1", true],
    ["1.2.3", "3.1.0", true],
    ["0.1.0", "0.2.0", true],
    ["0.1.0", "0.1.1", false],
    ["2.0.0-rc.1", "2.0.0-rc.2", true],
    ["2.0.0-rc.1", "2.0.0-rc.1", false],
  ])("a major change from %s to %s is enough: %s", (before, given, enough) => {
    expect(adviseVersion(make(before, { exports: { run } }), make(given)).enough).toBe(enough);
  });
});

it("says whether a difference concerns hosts or plugins", () => {
  const { reasons } = adviseVersion(make("1.0.0", { exports: { run } }), make("1.0.0"));
  expect(reasons.map(({ concerns, difference }) => [concerns, difference.rule])).toEqual([
    ["hosts", "function-missing"],
    ["plugins", "function-extra"],
  ]);
});
