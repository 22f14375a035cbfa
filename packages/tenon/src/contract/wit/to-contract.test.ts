import { describe, expect, test } from "vitest";
import { isTenonError } from "../../errors/index.js";
import { contract, t } from "../building/builder.js";
import { contractDifference } from "../model/equal.js";
import type { Contract, FunctionType, InterfaceType, OwnType, RecordType, ResourceType } from "../model/model.js";
import { parseWit } from "./parser.js";
import { contractFromWit, type FromWitOptions } from "./to-contract.js";

const failure = (source: Parameters<typeof contractFromWit>[0], options?: FromWitOptions): string => {
  try {
    contractFromWit(source, options);
  } catch (error) {
    if (!isTenonError(error)) throw error;
    return `${error.code.replace("TENON_CONTRACT_", "")} ${error.message}`;
  }
  throw new Error("there is a contract");
};

const member = <T = FunctionType>(of: Contract, side: "imports" | "exports", key: string, name: string): T =>
  (of[side][key] as InterfaceType).members[name] as T;

const resultOf = (func: FunctionType): ResourceType => (func.result as OwnType).resource;

describe("from WIT to a contract", () => {
  test("every type, docs, async and optional functions", () => {
    const read = contractFromWit(`
      package demo:kit@1.0.0;
      /// The store.
      interface store {
        /// A person.
        record person {
          /// In full.
          full-name: string,
          age: option<u8>,
        }
        variant shape { circle(f64), unit-square }
        enum colour { red, dark-blue }
        flags rights { read, can-write }
        type pair = tuple<person, list<s64>>;
        /// Counts.
        resource counter {
          /// Starts.
          constructor(start: u32);
          add: func(by: u32) -> u32;
          @unstable(feature = optional)
          copy: func() -> counter;
          zero: static async func();
        }
        /// Finds one.
        find: func(key: string, by: borrow<counter>) -> result<pair, shape>;
        paint: async func(%with: colour, may: rights) -> result;
        @unstable(feature = optional)
        watch: func(all: stream<u8>, none: stream) -> future<result<_, char>>;
      }
      /// The kit.
      world kit {
        import log: func(message: string);
        export store;
      }
    `);
    const person = { ...t.record("person", { fullName: t.string, age: t.option(t.u8) }, { docs: "A person." }) };
    const documented = {
      ...person,
      fields: person.fields.map((field) => (field.name === "age" ? field : { ...field, docs: "In full." })),
    };
    const counter = {
      ...t.resource("counter", {
        constructs: [["start", t.u32]],
        methods: { add: t.func([["by", t.u32]], t.u32) },
        statics: { zero: t.func([], undefined, { async: true }) },
        docs: "Counts.",
      }),
    } as { -readonly [K in keyof ResourceType]: ResourceType[K] };
    counter.constructs = { ...counter.constructs!, docs: "Starts." };
    counter.methods = [
      ...counter.methods,
      { name: "copy", type: t.optional(t.func([], t.own(counter))) as FunctionType },
    ];
    const written = contract("demo:kit@1.0.0", {
      docs: "The kit.",
      imports: { log: t.func([["message", t.string]]) },
      exports: {
        store: t.interface(
          {
            Counter: counter,
            find: t.func(
              [
                ["key", t.string],
                ["by", t.borrow(counter)],
              ],
              t.result(
                t.tuple(documented as RecordType, t.list(t.s64)),
                t.variant("shape", { circle: t.f64, "unit-square": null }),
              ),
              { docs: "Finds one." },
            ),
            paint: t.func(
              [
                ["with", t.enum("colour", ["red", "dark-blue"])],
                ["may", t.flags("rights", ["read", "canWrite"])],
              ],
              t.result(),
              { async: true },
            ),
            watch: t.optional(
              t.func(
                [
                  ["all", t.stream(t.u8)],
                  ["none", t.stream()],
                ],
                t.future(t.result(undefined, t.char)),
              ),
            ),
          },
          { docs: "The store." },
        ),
      },
    });
    expect(contractDifference(read, written)).toBeUndefined();
    expect(read.declarations.map(({ owner, type }) => `${owner}.${type.name}`)).toEqual([
      "store.counter",
      "store.person",
      "store.shape",
      "store.colour",
      "store.rights",
    ]);
  });

  test("text, a parsed document and files yield the same contract", () => {
    const text = "package a:b; world w { export f: func(); }";
    const one = contractFromWit(text);
    expect(one.id).toBe("a:b/w");
    expect(contractDifference(one, contractFromWit(parseWit(text)))).toBeUndefined();
    expect(contractDifference(one, contractFromWit([{ path: "a.wit", text }]))).toBeUndefined();
    expect(failure(7 as unknown as string)).toBe(
      "INVALID contractFromWit: expected WIT text, a parsed document, or a list of {path, text}",
    );
    expect(failure([null] as never)).toBe("INVALID contractFromWit: file 0: expected {path, text}");
    expect(failure([{ path: "a.wit" }] as never)).toBe("SYNTAX a.wit: expected WIT text, found undefined");
  });

  test("a named type is one object wherever it is used, and keeps its owner", () => {
    const read = contractFromWit(`
      package a:b;
      interface types { record r { x: u8 } type alias = r; }
      interface one { use types.{r}; f: func() -> r; }
      interface two { use one.{r as renamed}; type again = renamed; f: func() -> again; }
      world w { use types.{alias}; export one; export two; export g: func() -> alias; }
    `);
    const types = [
      member(read, "exports", "one", "f").result,
      member(read, "exports", "two", "f").result,
      (read.exports.g as FunctionType).result,
    ];
    expect(types[0]).toBe(types[1]);
    expect(types[0]).toBe(types[2]);
    expect(read.declarations).toEqual([{ type: types[0], owner: "types" }]);
    expect(Object.keys(read.imports)).toEqual([]);
  });

  test("files may use a name before it is declared, share a package, and have the package line in only one of them", () => {
    const read = contractFromWit([
      {
        path: "wit/world.wit",
        text: "package a:b; use types as kinds; world w { export f; } interface f { use kinds.{r}; g: func() -> r; }",
      },
      { path: "wit/types.wit", text: "interface types { type r = list<s>; record s { x: u8 } }" },
    ]);
    expect(member(read, "exports", "f", "g").result).toMatchObject({
      kind: "list",
      element: { kind: "record", name: "s" },
    });
  });

  test("interfaces of other packages have their id, and get unique names", () => {
    const read = contractFromWit([
      {
        path: "wit/w.wit",
        text: "package a:b; interface types { resource r; } world w { import types; import x:one/types@1.0.0; import y:one/types@1.0.0; import y:two/other; }",
      },
      { path: "wit/deps/one.wit", text: "package x:one@1.0.0; interface types { f: func(); } world not-asked-for {}" },
      {
        path: "wit/deps/two/two.wit",
        text: "package y:one@1.0.0 { interface types { f: func(); } } package y:two { interface other {} }",
      },
    ]);
    expect(Object.entries(read.imports).map(([key, item]) => [key, (item as InterfaceType).id])).toEqual([
      ["types", undefined],
      ["oneTypes", "x:one/types@1.0.0"],
      ["yOneTypes", "y:one/types@1.0.0"],
      ["other", "y:two/other"],
    ]);
  });

  test("what an import uses is imported, too; types alone are not", () => {
    const read = contractFromWit(`
      package a:b;
      interface kinds { record k { x: u8 } }
      interface clock { use kinds.{k}; resource tick; now: func() -> k; }
      interface timer { use clock.{tick}; next: func() -> tick; }
      world w { import timer; export late: func(); }
    `);
    expect(Object.keys(read.imports)).toEqual(["clock", "timer"]);
    expect(resultOf(member(read, "imports", "timer", "next"))).toBe(member(read, "imports", "clock", "Tick"));
  });

  describe("the resource that an export uses", () => {
    const text = (world: string) =>
      `package a:b; interface a { resource r { m: func() -> r; } } interface b { use a.{r}; f: func() -> r; } world w { ${world} }`;

    test("the imported one, if there is only that", () => {
      const read = contractFromWit(text("import a; export b;"));
      expect(resultOf(member(read, "exports", "b", "f"))).toBe(member(read, "imports", "a", "R"));
      expect(Object.keys(contractFromWit(text("export b;")).imports)).toEqual(["a"]);
    });

    test("the exported one, if there is one", () => {
      for (const world of ["export a; export b;", "import a; export a; export b;"]) {
        const read = contractFromWit(text(world));
        expect(resultOf(member(read, "exports", "b", "f"))).toBe(member(read, "exports", "a", "R"));
      }
    });

    test("an import and an export of the same interface each have their own", () => {
      const read = contractFromWit(text("import a; export a; import b;"));
      const [imported, exported] = [
        member<ResourceType>(read, "imports", "a", "R"),
        member<ResourceType>(read, "exports", "a", "R"),
      ];
      expect(imported).not.toBe(exported);
      expect(resultOf(imported.methods[0]!.type)).toBe(imported);
      expect(resultOf(exported.methods[0]!.type)).toBe(exported);
      expect(resultOf(member(read, "imports", "b", "f"))).toBe(imported);
    });

    test("a world's own function cannot name one of the two", () => {
      expect(failure(text("use a.{r}; import a; export a; export f: func() -> r;"))).toMatch(
        /^INVALID <wit>:1:\d+: "a" is both imported and exported, so it is not clear which of the two resources "r" means$/,
      );
      const read = contractFromWit(text("use a.{r}; export a; export f: func() -> r;"));
      expect(resultOf(read.exports.f as FunctionType)).toBe(member(read, "exports", "a", "R"));
    });
  });

  test("a world's own types and resources", () => {
    const read = contractFromWit(
      "package a:b; world w { record p { x: u8 } resource h { m: func() -> p; } import f: func(x: borrow<h>); export g: func() -> h; }",
    );
    expect(Object.keys(read.imports)).toEqual(["H", "f"]);
    expect(resultOf(read.exports.g as FunctionType)).toBe(read.imports.H);
    expect(read.declarations.map(({ owner, type }) => [owner, type.name])).toEqual([
      [undefined, "p"],
      [undefined, "h"],
    ]);
  });

  test("inline interfaces, and interfaces under a plain name", () => {
    const read = contractFromWit(`
      package a:b;
      interface store { resource bucket { get: func() -> bucket; } record r { x: u8 } open: func() -> r; }
      world w { import one: store; import two: store; export run: interface { use store.{r}; f: func() -> r; } }
    `);
    expect(Object.keys(read.imports)).toEqual(["one", "two", "store"]);
    expect(member(read, "imports", "one", "Bucket")).not.toBe(member(read, "imports", "two", "Bucket"));
    expect(member(read, "imports", "one", "open").result).toBe(member(read, "exports", "run", "f").result);
  });

  test("include adds another world, once, and renames items as requested", () => {
    const read = contractFromWit(
      `
      package a:b;
      interface i { f: func(); }
      interface other { f: func(); }
      world base { import i; import log: func(); export log: func(); }
      world more { include base; import i; export other; }
      world all { include more with { log as record-line } include c:d/w@1.0.0; import log: func(); import i; }
      package c:d@1.0.0 { interface i { f: func(); } world w { import i; } }
    `,
      { world: "all" },
    );
    expect(Object.keys(read.imports)).toEqual(["i", "recordLine", "dI", "log"]);
    expect(Object.keys(read.exports)).toEqual(["recordLine", "other"]);
  });

  describe("feature gates", () => {
    const text = `
      package a:b@1.0.0;
      interface i {
        @since(version = 1.0.0)
        kept: func();
        @deprecated(version = 1.0.0)
        old: func();
        @unstable(feature = fancy)
        record r { x: u8 }
        @unstable(feature = fancy)
        new: func() -> r;
        @unstable(feature = optional)
        maybe: func();
        resource s { @unstable(feature = fancy) constructor(); @unstable(feature = fancy) m: func(); @unstable(feature = optional) n: func(); }
      }
      world w { import i; @unstable(feature = fancy) import j; @unstable(feature = fancy) export f: func(); @unstable(feature = optional) export g: func(); }
      interface j {}
    `;

    test("an unstable feature is left out", () => {
      const read = contractFromWit(text);
      const resource = member<ResourceType>(read, "imports", "i", "S");
      expect(Object.keys((read.imports.i as InterfaceType).members)).toEqual(["kept", "old", "maybe", "S"]);
      expect(Object.keys(read.imports)).toEqual(["i"]);
      expect(Object.keys(read.exports)).toEqual(["g"]);
      expect([resource.constructs, ...resource.methods.map(({ name }) => name)]).toEqual([undefined, "n"]);
    });

    test("unless it is listed", () => {
      const read = contractFromWit(text, { features: ["fancy"] });
      expect(Object.keys((read.imports.i as InterfaceType).members)).toEqual(["kept", "old", "new", "maybe", "S"]);
      expect(Object.keys(read.imports)).toEqual(["i", "j"]);
      expect(Object.keys(read.exports)).toEqual(["f", "g"]);
    });

    test("the feature `optional` makes functions optional", () => {
      const read = contractFromWit(text);
      expect(member(read, "imports", "i", "maybe").optional).toBe(true);
      expect((read.exports.g as FunctionType).optional).toBe(true);
      expect(member(read, "imports", "i", "kept").optional).toBe(false);
    });

    test("what is left out cannot be used", () => {
      expect(
        failure(
          "package a:b; interface i { @unstable(feature = x) type t = u8; f: func() -> t; } world w { import i; }",
        ),
      ).toBe('INVALID <wit>:1:77: "t" is part of the feature "x", which is not enabled');
    });
  });

  describe("choosing the world", () => {
    const text = "package a:b@1.0.0; world one {} world two {} package c:d { world two {} }";

    test.each([
      ["one", "a:b/one@1.0.0"],
      ["two", "a:b/two@1.0.0"],
      ["a:b/two@1.0.0", "a:b/two@1.0.0"],
      ["c:d/two", "c:d/two"],
    ])("%s", (world, id) => {
      expect(contractFromWit(text, { world }).id).toBe(id);
    });

    test.each([
      [undefined, "more than one world: a:b/one@1.0.0, a:b/two@1.0.0"],
      ["three", 'there is no world "three"; found a:b/one@1.0.0, a:b/two@1.0.0'],
      ["a:b/one", 'there is no world "a:b/one"; found a:b/one@1.0.0, a:b/two@1.0.0'],
    ])("%s fails, and the message lists the worlds", (world, message) => {
      expect(failure(text, { world })).toBe(`INVALID ${message}`);
    });

    test("without a world there is no contract", () => {
      expect(failure("package a:b; interface i {}")).toBe("INVALID there is no world: the text declares none");
    });

    test("the world of a text that has only nested packages", () => {
      expect(contractFromWit("package a:b { world w {} }").id).toBe("a:b/w");
    });
  });
});
