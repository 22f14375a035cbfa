import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryTypePair, namedApart } from "../../../../conformance/src/arbitrary-type-pair.js";
import { isTenonError } from "../../errors/index.js";
import { contract, t } from "../building/builder.js";
import type { Items, Type } from "../model/model.js";
import { adaptContract, compileAdapter } from "./adapt.js";
import { compareContracts } from "./compare.js";

const id = "demo:sample@1.0.0";
const verdict = (host: { imports?: Items; exports?: Items }, plugin: { imports?: Items; exports?: Items }) =>
  compareContracts(contract(id, host), contract(id, plugin)).verdict;
const takes = (type: Type): Items => ({ run: t.func([["it", type]]) });
const gives = (type: Type): Items => ({ run: t.func([], type) });

describe("direction", () => {
  const few = () => t.enum("colour", ["red"]);
  const many = () => t.enum("colour", ["red", "blue"]);

  it("of parameters of exports is from host to plugin, and of results back", () => {
    expect(verdict({ exports: takes(few()) }, { exports: takes(many()) })).toBe("fits");
    expect(verdict({ exports: takes(many()) }, { exports: takes(few()) })).toBe("breaks");
    expect(verdict({ exports: gives(many()) }, { exports: gives(few()) })).toBe("fits");
    expect(verdict({ exports: gives(few()) }, { exports: gives(many()) })).toBe("breaks");
  });

  it("of parameters of imports is from plugin to host, and of results back", () => {
    expect(verdict({ imports: takes(many()) }, { imports: takes(few()) })).toBe("fits");
    expect(verdict({ imports: takes(few()) }, { imports: takes(many()) })).toBe("breaks");
    expect(verdict({ imports: gives(few()) }, { imports: gives(many()) })).toBe("fits");
    expect(verdict({ imports: gives(many()) }, { imports: gives(few()) })).toBe("breaks");
  });

  it("decides which side must have a function: the plugin for exports, the host for imports", () => {
    expect(verdict({ exports: { run: t.func([]) } }, {})).toBe("breaks");
    expect(verdict({}, { exports: { run: t.func([]) } })).toBe("fits");
    expect(verdict({ imports: { run: t.func([]) } }, {})).toBe("fits");
    expect(verdict({}, { imports: { run: t.func([]) } })).toBe("breaks");
    expect(verdict({}, { imports: { run: t.optional(t.func([])) } })).toBe("fits");
  });
});

describe("several versions of one interface", () => {
  const run = (version: string, result: Type = t.u32) =>
    t.interface({ run: t.func([], result) }, { id: `wasi:cli/run@${version}` });
  const paths = (host: Items, plugin: Items) =>
    [...adaptContract(contract(id, { exports: host }), contract(id, { exports: plugin })).exports.values()].map(
      (each) => [each.host, each.plugin],
    );

  it("are no conflict: each is compared with its own", () => {
    const both = { run: run("0.2.0"), cliRun: run("0.3.0", t.string) };
    const turned = { run: run("0.3.0", t.string), cliRun: run("0.2.0") };
    expect(verdict({ exports: both }, { exports: both })).toBe("fits");
    expect(verdict({ exports: both }, { exports: turned })).toBe("fits");
    expect(paths(both, turned)).toEqual([
      ["wasi:cli/run@0.2.0#run", "wasi:cli/run@0.2.0#run"],
      ["wasi:cli/run@0.3.0#run", "wasi:cli/run@0.3.0#run"],
    ]);
  });

  it("are matched with the closest that is left", () => {
    const host = { run: run("0.2.3") };
    expect(paths(host, { run: run("0.3.0"), cliRun: run("0.2.0") })).toEqual([
      ["wasi:cli/run@0.2.3#run", "wasi:cli/run@0.2.0#run"],
    ]);
    expect(paths(host, { run: run("0.3.0") })).toEqual([["wasi:cli/run@0.2.3#run", "wasi:cli/run@0.3.0#run"]]);
    expect(verdict({ exports: { run: run("0.2.0"), cliRun: run("0.3.0") } }, { exports: { run: run("0.2.0") } })).toBe(
      "breaks",
    );
  });

  it("have resources of their own", () => {
    const file = (version: string) => {
      const resource = t.resource("file", {});
      return t.interface({ File: resource, open: t.func([], t.own(resource)) }, { id: `demo:files/store@${version}` });
    };
    const both = () => ({ store: file("1.0.0"), filesStore: file("2.0.0") });
    expect(verdict({ exports: both() }, { exports: both() })).toBe("fits");
  });
});

describe("what does not matter", () => {
  it("is documentation, and the order of items, fields, cases and flags", () => {
    const one = contract(id, {
      docs: "One.",
      exports: {
        a: t.func([["it", t.record("r", { x: t.u8, y: t.u8 })]], t.enum("e", ["p", "q"]), { docs: "Does a." }),
        b: t.func([["it", t.flags("f", ["p", "q"])]], t.variant("v", { p: null, q: t.u8 })),
      },
    });
    const two = contract(id, {
      exports: {
        b: t.func([["it", t.flags("f", ["q", "p"])]], t.variant("v", { q: t.u8, p: null })),
        a: t.func([["it", t.record("r", { y: t.u8, x: t.u8 }, { docs: "Other." })]], t.enum("e", ["q", "p"])),
      },
    });
    expect(compareContracts(one, two)).toEqual({ verdict: "fits", differences: [] });
  });
});

describe("differences", () => {
  it("have a path, what each side has, a message and a fix", () => {
    const host = contract(id, {
      exports: { find: t.func([["key", t.string]], t.list(t.record("person", { name: t.string, age: t.u8 }))) },
    });
    const plugin = contract(id, {
      exports: { find: t.func([["key", t.string]], t.list(t.record("person", { name: t.string }))) },
    });
    expect(compareContracts(host, plugin)).toEqual({
      verdict: "breaks",
      differences: [
        {
          path: "exports.find(): result[].age",
          severity: "breaks",
          host: "age: u8",
          plugin: "absent",
          message: 'exports.find(): result[].age: the host needs field "age", which the plugin does not send',
          fix: { text: `Add field "age" in the plugin's contract, or make it an option in the host's.` },
          rule: "field-missing",
        },
      ],
    });
  });

  it("name interfaces, resources and their functions", () => {
    const make = (by: Type) => {
      const counter = t.resource("counter", {
        constructs: [["start", t.u8]],
        methods: { addAll: t.func([["by", by]]) },
        statics: { zero: t.func([]) },
      });
      return contract(id, { exports: { store: t.interface({ Counter: counter }) } });
    };
    const paths = compareContracts(make(t.string), make(t.u8)).differences.map(({ path }) => path);
    expect(paths).toEqual(['exports.store.Counter.addAll(): parameter "by"']);
  });

  it("distinguish resources of the same name in different interfaces", () => {
    const make = (first: boolean) => {
      const [a, b] = [t.resource("held", {}), t.resource("held", {})];
      return contract(id, {
        exports: {
          one: t.interface({ Held: a }),
          two: t.interface({ Held: b }),
          use: t.func([["it", t.borrow(first ? a : b)]]),
        },
      });
    };
    expect(compareContracts(make(true), make(true)).verdict).toBe("fits");
    expect(compareContracts(make(true), make(false)).differences.map(({ rule }) => rule)).toEqual(["resource-differs"]);
  });

  it("of a large type are the 64 most severe ones", () => {
    const wide = (prefix: string, last: Type) => {
      const fields: Record<string, Type> = { last };
      for (let index = 0; index < 300; index++) fields[prefix + letters(index)] = t.option(t.u8);
      return t.record("wide", fields);
    };
    const { verdict: found, differences } = compareContracts(
      contract(id, { exports: takes(wide("a", t.u8)) }),
      contract(id, { exports: takes(wide("b", t.string)) }),
    );
    expect(found).toBe("breaks");
    expect(differences).toHaveLength(64);
    expect(differences[0]!.rule).toBe("type-kind");
  });
});

describe("verdict and adapter", () => {
  it("agree for every pair of types", () => {
    fc.assert(
      fc.property(arbitraryTypePair(), (pair) => {
        const [from, to] = [namedApart(pair.from), namedApart(pair.to)];
        const expected = adapts(from, to);
        expect(verdict({ exports: takes(from) }, { exports: takes(to) }) !== "breaks").toBe(expected);
        expect(verdict({ imports: takes(to) }, { imports: takes(from) }) !== "breaks").toBe(expected);
        // In return position a result is returned or thrown, which has rules of its own.
        if (from.kind === "result" || to.kind === "result") return;
        expect(verdict({ exports: gives(to) }, { exports: gives(from) }) !== "breaks").toBe(expected);
      }),
      { numRuns: times(1500), seed: 7 },
    );
  });

  it("find that every contract fits itself", () => {
    fc.assert(
      fc.property(arbitraryTypePair(), (pair) => {
        const make = (type: Type) => contract(id, { exports: takes(type), imports: gives(type) });
        const type = namedApart(pair.from);
        const same = make(type);
        expect(compareContracts(same, same)).toEqual({ verdict: "fits", differences: [] });
        expect(compareContracts(same, make(structuredClone(type)))).toEqual({ verdict: "fits", differences: [] });
      }),
      { numRuns: times(300), seed: 8 },
    );
  });
});

function adapts(from: Type, to: Type): boolean {
  try {
    compileAdapter(from, to);
    return true;
  } catch (error) {
    expect(isTenonError(error, "TENON_CONTRACT_BREAKS")).toBe(true);
    return false;
  }
}

function letters(index: number): string {
  return String.fromCharCode(97 + (index % 26)) + String.fromCharCode(97 + (Math.floor(index / 26) % 26));
}
