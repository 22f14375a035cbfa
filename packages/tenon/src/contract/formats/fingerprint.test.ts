import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { arbitraryContract } from "../../../../conformance/src/arbitrary-contract.js";
import { contract, t } from "../building/builder.js";
import type { Items } from "../model/model.js";
import { contractFromWit, contractToWit } from "../wit/index.js";
import { fingerprint } from "./fingerprint.js";
import { contractFromJson } from "./from-json.js";
import { contractToJson } from "./to-json.js";

const make = (exports: Items, id = "demo:sample@1.0.0") => contract(id, { exports });
const base = () => make({ run: t.func([["a", t.record("r", { x: t.u8, y: t.string })]], t.enum("e", ["p", "q"])) });

describe("fingerprint", () => {
  it("never changes: a change here breaks every stored fingerprint", () => {
    expect(fingerprint(make({}))).toBe("sha256:dddb82bcce528357fb6168f780b5ce48b5da8e8adb051aface99c4e3e7a252ee");
    expect(fingerprint(base())).toBe("sha256:fe9e546f7ff604b8ae4d02a8d6698140e030c62bd55e34954bd049ff50762432");
  });

  it("does not depend on documentation, version or spelling", () => {
    const documented = contract("demo:sample@2.0.0", {
      docs: "Docs.",
      exports: {
        run: t.func([["a", t.record("r", { x: t.u8, y: t.string }, { docs: "Docs." })]], t.enum("e", ["p", "q"]), {
          docs: "Docs.",
        }),
      },
    });
    expect(fingerprint(documented)).toBe(fingerprint(base()));
    const wit =
      "package demo:sample; world sample { record r { x: u8, y: string } enum e { p, q } export run: func(a: r) -> e; }";
    expect(fingerprint(contractFromWit(wit))).toBe(fingerprint(base()));
    expect(fingerprint(make({ "run-all": t.func([]) }))).toBe(fingerprint(make({ runAll: t.func([]) })));
  });

  test.each<[string, Items]>([
    ["a function's name", { walk: t.func([["a", t.record("r", { x: t.u8, y: t.string })]], t.enum("e", ["p", "q"])) }],
    ["a parameter's name", { run: t.func([["b", t.record("r", { x: t.u8, y: t.string })]], t.enum("e", ["p", "q"])) }],
    ["a type's name", { run: t.func([["a", t.record("s", { x: t.u8, y: t.string })]], t.enum("e", ["p", "q"])) }],
    ["a field's type", { run: t.func([["a", t.record("r", { x: t.u16, y: t.string })]], t.enum("e", ["p", "q"])) }],
    ["the order of fields", { run: t.func([["a", t.record("r", { y: t.string, x: t.u8 })]], t.enum("e", ["p", "q"])) }],
    ["the order of cases", { run: t.func([["a", t.record("r", { x: t.u8, y: t.string })]], t.enum("e", ["q", "p"])) }],
    [
      "async",
      { run: t.func([["a", t.record("r", { x: t.u8, y: t.string })]], t.enum("e", ["p", "q"]), { async: true }) },
    ],
    [
      "optional",
      { run: t.optional(t.func([["a", t.record("r", { x: t.u8, y: t.string })]], t.enum("e", ["p", "q"]))) },
    ],
    [
      "one more function",
      { run: t.func([["a", t.record("r", { x: t.u8, y: t.string })]], t.enum("e", ["p", "q"])), more: t.func([]) },
    ],
    [
      "the owner of the types",
      { it: t.interface({ run: t.func([["a", t.record("r", { x: t.u8, y: t.string })]], t.enum("e", ["p", "q"])) }) },
    ],
  ])("depends on %s", (_name, exports) => {
    expect(fingerprint(make(exports))).not.toBe(fingerprint(base()));
  });

  it("depends on the package and the world", () => {
    expect(fingerprint(make({}, "demo:other"))).not.toBe(fingerprint(make({})));
    expect(fingerprint(make({}, "demo:sample/other"))).not.toBe(fingerprint(make({})));
  });

  it("depends on which side implements a function", () => {
    const items = { run: t.func([]) };
    expect(fingerprint(contract("demo:sample", { imports: items }))).not.toBe(
      fingerprint(contract("demo:sample", { exports: items })),
    );
  });

  it("is the same after conversion to JSON and WIT and back", () => {
    fc.assert(
      fc.property(arbitraryContract(), (before) => {
        expect(fingerprint(contractFromJson(contractToJson(before)))).toBe(fingerprint(before));
        expect(fingerprint(contractFromWit(contractToWit(before)))).toBe(fingerprint(before));
      }),
      { numRuns: times(200), seed: 14 },
    );
  });
});
