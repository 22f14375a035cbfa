import { describe, expect, test } from "vitest";
import { isTenonError } from "../../errors/index.js";
import { contract, t } from "../building/builder.js";
import { contractDifference } from "../model/equal.js";
import type { Contract, FunctionType } from "../model/model.js";
import { contractToWit } from "./from-contract.js";
import { contractFromWit } from "./to-contract.js";

const failure = (value: Contract): string => {
  try {
    contractToWit(value);
  } catch (error) {
    if (!isTenonError(error, "TENON_CONTRACT_UNSUPPORTED")) throw error;
    return error.message;
  }
  throw new Error("there is text");
};

describe("from a contract to WIT", () => {
  test("the whole layout", () => {
    const person = t.record("person", { firstName: t.string, age: t.option(t.u8) }, { docs: "A person." });
    const counter = t.resource("counter", {
      constructs: [["start", t.u32]],
      methods: { add: t.func([["by", t.u32]], t.u32) },
      statics: { zero: t.func([]) },
    });
    const sample = contract("demo:sample@1.0.0", {
      docs: "A sample.\nIn two lines.",
      imports: {
        log: t.func([["message", t.string]]),
        environment: t.interface({ getArguments: t.func([], t.list(t.string)) }, { id: "wasi:cli/environment@0.2.0" }),
      },
      exports: {
        greet: t.func([["who", person]], t.string),
        extra: t.optional(t.func([], undefined, { async: true, docs: "May be left out." })),
        store: t.interface(
          {
            Counter: counter,
            find: t.func([["list", t.string]], t.result(person)),
            total: t.func([["of", t.borrow(counter)]], t.u64),
          },
          { docs: "Keeps." },
        ),
      },
    });
    expect(contractToWit(sample)).toBe(`package demo:sample@1.0.0;

/// Keeps.
interface store {
  use types.{person};

  resource counter {
    constructor(start: u32);
    add: func(by: u32) -> u32;
    zero: static func();
  }

  find: func(%list: string) -> result<person>;
  total: func(of: borrow<counter>) -> u64;
}

interface types {
  /// A person.
  record person {
    first-name: string,
    age: option<u8>,
  }
}

/// A sample.
/// In two lines.
world sample {
  use types.{person};

  import log: func(message: string);
  import wasi:cli/environment@0.2.0;

  export greet: func(who: person) -> string;

  /// May be left out.
  @unstable(feature = optional)
  export extra: async func();

  export store;
}

package wasi:cli@0.2.0 {
  interface environment {
    get-arguments: func() -> list<string>;
  }
}
`);
  });

  test("a type is renamed if another type of the same name is used, too", () => {
    const [one, two] = [t.record("item", { x: t.u8 }), t.record("item", { y: t.u8 })];
    const value = contract("a:b", {
      exports: {
        first: t.interface({ get: t.func([], one) }),
        second: t.interface({ get: t.func([], two), convert: t.func([["from", one]], two), firstItem: t.func([]) }),
      },
    });
    const text = contractToWit(value);
    expect(text).toContain("use first.{item as first-x-item};");
    expect(contractDifference(contractFromWit(text), value)).toBeUndefined();
  });

  test("an interface on both sides is written once, and its resources are separate again when read", () => {
    const side = () => {
      const datum = t.resource("datum", { methods: { size: t.func([], t.u32) } });
      const holder = t.record("holder", { datum: t.own(datum) });
      return t.interface({ Datum: datum, process: t.func([["data", t.own(datum)]], holder) });
    };
    const value = contract("demo:layer", { imports: { processor: side() }, exports: { processor: side() } });
    const text = contractToWit(value);
    expect(text.match(/resource datum/g)).toHaveLength(1);
    expect(text).toContain("import processor;\n\n  export processor;");
    expect(contractDifference(contractFromWit(text), value)).toBeUndefined();
  });

  test("a resource whose functions mention it", () => {
    const node: {
      kind: "resource";
      name: string;
      constructs: undefined;
      methods: { name: string; type: FunctionType }[];
      statics: never[];
    } = {
      kind: "resource",
      name: "node",
      constructs: undefined,
      methods: [],
      statics: [],
    };
    node.methods.push({ name: "next", type: t.func([["after", t.borrow(node)]], t.option(t.own(node))) });
    const value = contract("demo:list-kit", { exports: { nodes: t.interface({ Node: node }) } });
    expect(contractDifference(contractFromWit(contractToWit(value)), value)).toBeUndefined();
  });

  test("docs that WIT cannot express are rejected, not changed", () => {
    const value = contract("a:b", { exports: { f: t.func([], undefined, { docs: "bell \u0007" }) } });
    expect(failure(value)).toBe('contract a:b: the docs of "f" contain the character U+0007, which WIT does not allow');
    const windows = contract("a:b", { exports: { f: t.func([], undefined, { docs: "one\r\ntwo" }) } });
    expect(contractToWit(windows)).toContain("/// one\n  /// two\n");
  });

  test("a resource that WIT cannot distinguish is rejected", () => {
    const side = () => t.interface({ R: t.resource("r", {}) });
    const [imported, exported] = [side(), side()];
    const value = contract("a:b", {
      imports: { both: imported },
      exports: { both: exported, f: t.func([], t.own(exported.members.R)) },
    });
    expect(() => contractToWit(value)).toThrow(/"both" is both imported and exported/);
  });
});
