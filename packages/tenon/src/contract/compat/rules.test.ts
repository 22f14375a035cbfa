import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { contract, t } from "../building/builder.js";
import type { Contract, FunctionType, Items, Type } from "../model/model.js";
import { compareContracts } from "./compare.js";
import { type RuleId, rules, rulesTable } from "./rules.js";

interface Example {
  readonly host: Contract;
  readonly plugin: Contract;
  /** Where the difference is reported. */
  readonly path: string;
}

const make = (definition: { imports?: Items; exports?: Items }, id = "demo:sample@1.0.0") => contract(id, definition);
const exporting = (host: Items, plugin: Items, path: string): Example => ({
  host: make({ exports: host }),
  plugin: make({ exports: plugin }),
  path,
});
const importing = (host: Items, plugin: Items, path: string): Example => ({
  host: make({ imports: host }),
  plugin: make({ imports: plugin }),
  path,
});
/** The host sends a value of one type, the plugin expects another. */
const sending = (from: Type, to: Type, suffix = ""): Example =>
  exporting({ put: t.func([["it", from]]) }, { put: t.func([["it", to]]) }, `exports.put(): parameter "it"${suffix}`);
/** The host calls one function, the plugin has another. */
const calling = (host: FunctionType, plugin: FunctionType, suffix: string): Example =>
  exporting({ run: host }, { run: plugin }, `exports.run()${suffix}`);

const none = t.func([]);
const held = t.resource("held", {});
const other = t.resource("other", {});
const withResource = (type: (resource: typeof held) => Type, resource = held) =>
  ({
    store: t.interface({ Held: held, Other: other, give: t.func([["it", type(resource as typeof held)]]) }),
  }) as Items;
const give = 'exports.store.give(): parameter "it"';
const record = (fields: Record<string, Type>, name = "person") => t.record(name, { id: t.u32, ...fields });

/** For every rule, the smallest pair of contracts that it applies to. A rule without one is a compile error. */
const examples: Record<RuleId, Example> = {
  "contract-package": { host: make({}), plugin: make({}, "demo:other/sample@1.0.0"), path: "id" },
  "contract-version": { host: make({}), plugin: make({}, "demo:sample@1.1.0"), path: "id" },
  "contract-world": { host: make({}), plugin: make({}, "demo:sample/other@1.0.0"), path: "id" },
  "function-missing": exporting({ run: none }, {}, "exports.run()"),
  "function-optional-missing": exporting({ run: t.optional(none) }, {}, "exports.run()"),
  "function-optional": exporting({ run: none }, { run: t.optional(none) }, "exports.run()"),
  "function-extra": exporting({}, { run: none }, "exports.run()"),
  "interface-missing": importing({}, { log: t.interface({ write: none }) }, "imports.log"),
  "interface-optional-missing": importing({}, { log: t.interface({ write: t.optional(none) }) }, "imports.log"),
  "interface-extra": importing({ log: t.interface({ write: none }) }, {}, "imports.log"),
  "interface-version": importing(
    { random: t.interface({ next: none }, { id: "wasi:random/random@0.2.0" }) },
    { random: t.interface({ next: none }, { id: "wasi:random/random@0.2.3" }) },
    "imports.random",
  ),
  "resource-missing": exporting(
    { store: t.interface({ Held: held }) },
    { store: t.interface({}) },
    "exports.store.Held",
  ),
  "resource-extra": exporting({ store: t.interface({}) }, { store: t.interface({ Held: held }) }, "exports.store.Held"),
  "item-kind": exporting({ run: none }, { run: t.interface({}) }, "exports.run"),
  "async-callee": calling(none, t.func([], undefined, { async: true }), ""),
  "async-caller": calling(t.func([], undefined, { async: true }), none, ""),
  "parameter-renamed": calling(t.func([["a", t.u8]]), t.func([["b", t.u8]]), ': parameter "a"'),
  "parameters-reordered": calling(
    t.func([
      ["a", t.u8],
      ["b", t.u8],
    ]),
    t.func([
      ["b", t.u8],
      ["a", t.u8],
    ]),
    ': parameter "a"',
  ),
  "parameter-none": calling(none, t.func([["extra", t.option(t.u8)]]), ': parameter "extra"'),
  "parameter-missing": calling(none, t.func([["extra", t.u8]]), ': parameter "extra"'),
  "parameter-dropped": calling(t.func([["extra", t.option(t.u8)]]), none, ': parameter "extra"'),
  "parameter-lost": calling(t.func([["extra", t.u8]]), none, ': parameter "extra"'),
  "result-dropped": calling(none, t.func([], t.u8), ": result"),
  "result-none": calling(t.func([], t.option(t.u8)), none, ": result"),
  "result-missing": calling(t.func([], t.u8), none, ": result"),
  "result-infallible": calling(t.func([], t.result(t.u8, t.string)), t.func([], t.u8), ": result"),
  "result-fallible": calling(t.func([], t.u8), t.func([], t.result(t.u8, t.string)), ": result"),
  "type-kind": sending(t.string, t.u32),
  "type-renamed": sending(record({}), record({}, "human")),
  "value-widened": sending(t.u8, t.u32),
  "value-narrowed": sending(t.u32, t.u8),
  "option-added": sending(t.u8, t.option(t.u8)),
  "option-removed": sending(t.option(t.u8), t.u8),
  "tuple-length": sending(t.tuple(t.u8), t.tuple(t.u8, t.u8)),
  "field-dropped": sending(record({ age: t.u8 }), record({}), ".age"),
  "field-none": sending(record({}), record({ age: t.option(t.u8) }), ".age"),
  "field-missing": sending(record({}), record({ age: t.u8 }), ".age"),
  "case-unused": sending(t.enum("colour", ["red"]), t.enum("colour", ["red", "blue"]), ".blue"),
  "case-unknown": sending(t.enum("colour", ["red", "blue"]), t.enum("colour", ["red"]), ".blue"),
  "enum-open": sending(t.enum("colour", ["red"]), t.enum("colour", ["red"], { open: true })),
  "enum-closed": sending(t.enum("colour", ["red"], { open: true }), t.enum("colour", ["red"])),
  "payload-dropped": sending(t.variant("shape", { circle: t.f64 }), t.variant("shape", { circle: null }), ".circle"),
  "payload-none": sending(
    t.variant("shape", { circle: null }),
    t.variant("shape", { circle: t.option(t.f64) }),
    ".circle",
  ),
  "payload-missing": sending(t.variant("shape", { circle: null }), t.variant("shape", { circle: t.f64 }), ".circle"),
  "flag-dropped": sending(t.flags("rights", ["read", "write"]), t.flags("rights", ["read"]), ".write"),
  "flag-unused": sending(t.flags("rights", ["read"]), t.flags("rights", ["read", "write"]), ".write"),
  "resource-differs": exporting(
    withResource((it) => t.borrow(it)),
    withResource((it) => t.borrow(it), other as never),
    give,
  ),
  ownership: exporting(
    withResource((it) => t.borrow(it)),
    withResource((it) => t.own(it)),
    give,
  ),
  "held-dropped": sending(record({ body: t.stream(t.u8) }), record({}), ".body"),
};

const verdicts = { note: "fits", adapts: "adapts", breaks: "breaks" } as const;

describe("every row of the compat table", () => {
  it.each(Object.keys(rules) as RuleId[])("%s", (rule) => {
    const { host, plugin, path } = examples[rule];
    const { verdict, differences } = compareContracts(host, plugin);
    const [found, ...more] = differences;
    expect(more).toEqual([]);
    expect(found).toMatchObject({ rule, path, severity: rules[rule].severity });
    expect(verdict).toBe(verdicts[rules[rule].severity]);
  });

  it.each(Object.keys(rules) as RuleId[])("%s names both sides and a fix", (rule) => {
    const { host, plugin } = examples[rule];
    const [found] = compareContracts(host, plugin).differences;
    expect(found!.host).not.toBe(found!.plugin);
    expect(found!.message).toMatch(/host|plugin/);
    expect(found!.fix.text).toMatch(/\.$/);
    expect(`${found!.message} ${found!.fix.text}`).not.toMatch(/undefined|\[object|""|\(\)\(\)/);
  });

  it("is the table of docs/contract.md", () => {
    const docs = readFileSync(new URL("../../../../../docs/contract.md", import.meta.url), "utf8");
    const table = /<!-- rules -->\n([\s\S]*?)\n<!-- \/rules -->/.exec(docs)?.[1];
    expect(table).toBe(rulesTable());
  });
});
