import { describe, expect, test } from "vitest";
import { isTenonError } from "../../errors/index.js";
import { contract, t } from "../builder.js";
import { contractDifference } from "../equal.js";
import type { Contract, FunctionType, InterfaceType, OwnType, RecordType, ResourceType } from "../model.js";
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
        paint: async func(with: colour, may: rights) -> result;
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
    const documented = { ...person, fields: person.fields.map((field) => (field.name === "age" ? field : { ...field, docs: "In full." })) };
    const counter = {
      ...t.resource("counter", { constructs: [["start", t.u32]], methods: { add: t.func([["by", t.u32]], t.u32) }, statics: { zero: t.func([], undefined, { async: true }) }, docs: "Counts." }),
    } as { -readonly [K in keyof ResourceType]: ResourceType[K] };
    counter.constructs = { ...counter.constructs!, docs: "Starts." };
    counter.methods = [...counter.methods, { name: "copy", type: t.optional(t.func([], t.own(counter))) as FunctionType }];
    const written = contract("demo:kit@1.0.0", {
      docs: "The kit.",
      imports: { log: t.func([["message", t.string]]) },
      exports: {
        store: t.interface(
          {
            Counter: counter,
            find: t.func(
              [["key", t.string], ["by", t.borrow(counter)]],
              t.result(t.tuple(documented as RecordType, t.list(t.s64)), t.variant("shape", { circle: t.f64, "unit-square": null })),
              { docs: "Finds one." },
            ),
            paint: t.func([["with", t.enum("colour", ["red", "dark-blue"])], ["may", t.flags("rights", ["read", "canWrite"])]], t.result(), { async: true }),
            watch: t.optional(t.func([["all", t.stream(t.u8)], ["none", t.stream()]], t.future(t.result(undefined, t.char)))),
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

  test("text, a parsed document and files give the same contract", () => {
    const text = "package a:b; world w { export f: func(); }";
    const one = contractFromWit(text);
    expect(one.id).toBe("a:b/w");
    expect(contractDifference(one, contractFromWit(parseWit(text)))).toBeUndefined();
    expect(contractDifference(one, contractFromWit([{ path: "a.wit", text }]))).toBeUndefined();
    expect(failure(7 as unknown as string)).toBe("INVALID contractFromWit: expected WIT text, a parsed document, or a list of {path, text}");
  });

  test("a named type is one object wherever it is used, and stays with its owner", () => {
    const read = contractFromWit(`
      package a:b;
      interface types { record r { x: u8 } type alias = r; }
      interface one { use types.{r}; f: func() -> r; }
      interface two { use one.{r as renamed}; type again = renamed; f: func() -> again; }
      world w { use types.{alias}; export one; export two; export g: func() -> alias; }
    `);
    const types = [member(read, "exports", "one", "f").result, member(read, "exports", "two", "f").result, (read.exports.g as FunctionType).result];
    expect(types[0]).toBe(types[1]);
    expect(types[0]).toBe(types[2]);
    expect(read.declarations).toEqual([{ type: types[0], owner: "types" }]);
    expect(Object.keys(read.imports)).toEqual([]);
  });

  test("a file may declare after use, split a package, and leave the package line to its neighbour", () => {
    const read = contractFromWit([
      { path: "wit/world.wit", text: "package a:b; use types as kinds; world w { export f; } interface f { use kinds.{r}; g: func() -> r; }" },
      { path: "wit/types.wit", text: "interface types { type r = list<s>; record s { x: u8 } }" },
    ]);
    expect(member(read, "exports", "f", "g").result).toMatchObject({ kind: "list", element: { kind: "record", name: "s" } });
  });

  test("interfaces of other packages carry their id, and get names that do not clash", () => {
    const read = contractFromWit([
      { path: "wit/w.wit", text: "package a:b; interface types { resource r; } world w { import types; import x:one/types@1.0.0; import y:one/types@1.0.0; import y:two/other; }" },
      { path: "wit/deps/one.wit", text: "package x:one@1.0.0; interface types { f: func(); } world not-asked-for {}" },
      { path: "wit/deps/two/two.wit", text: "package y:one@1.0.0 { interface types { f: func(); } } package y:two { interface other {} }" },
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

  describe("whose resource an export uses", () => {
    const text = (world: string) => `package a:b; interface a { resource r { m: func() -> r; } } interface b { use a.{r}; f: func() -> r; } world w { ${world} }`;

    test("the imported one, when only that is there", () => {
      const read = contractFromWit(text("import a; export b;"));
      expect(resultOf(member(read, "exports", "b", "f"))).toBe(member(read, "imports", "a", "R"));
      expect(Object.keys(contractFromWit(text("export b;")).imports)).toEqual(["a"]);
    });

    test("the exported one, when it is there", () => {
      for (const world of ["export a; export b;", "import a; export a; export b;"]) {
        const read = contractFromWit(text(world));
        expect(resultOf(member(read, "exports", "b", "f"))).toBe(member(read, "exports", "a", "R"));
      }
    });

    test("an import and an export of the same interface have each their own", () => {
      const read = contractFromWit(text("import a; export a; import b;"));
      const [imported, exported] = [member<ResourceType>(read, "imports", "a", "R"), member<ResourceType>(read, "exports", "a", "R")];
      expect(imported).not.toBe(exported);
      expect(resultOf(imported.methods[0]!.type)).toBe(imported);
      expect(resultOf(exported.methods[0]!.type)).toBe(exported);
      expect(resultOf(member(read, "imports", "b", "f"))).toBe(imported);
    });

    test("a world's own function cannot say which, when there are both", () => {
      expect(failure(text("use a.{r}; import a; export a; export f: func() -> r;"))).toMatch(
        /^INVALID <wit>:1:\d+: "a" is both imported and exported, so that it is not clear whose resource "r" is$/,
      );
      const read = contractFromWit(text("use a.{r}; export a; export f: func() -> r;"));
      expect(resultOf(read.exports.f as FunctionType)).toBe(member(read, "exports", "a", "R"));
    });
  });

  test("a world's own types and resources", () => {
    const read = contractFromWit("package a:b; world w { record p { x: u8 } resource h { m: func() -> p; } import f: func(x: borrow<h>); export g: func() -> h; }");
    expect(Object.keys(read.imports)).toEqual(["H", "f"]);
    expect(resultOf(read.exports.g as FunctionType)).toBe(read.imports.H);
    expect(read.declarations.map(({ owner, type }) => [owner, type.name])).toEqual([[undefined, "p"], [undefined, "h"]]);
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

  test("include brings in another world, once, with new names where they are asked for", () => {
    const read = contractFromWit(`
      package a:b;
      interface i { f: func(); }
      interface other { f: func(); }
      world base { import i; import log: func(); export log: func(); }
      world more { include base; import i; export other; }
      world all { include more with { log as record-line } include c:d/w@1.0.0; import log: func(); import i; }
      package c:d@1.0.0 { interface i { f: func(); } world w { import i; } }
    `, { world: "all" });
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
      expect(failure("package a:b; interface i { @unstable(feature = x) type t = u8; f: func() -> t; } world w { import i; }")).toBe(
        'INVALID <wit>:1:77: "t" is part of the feature "x", which is not enabled',
      );
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
      [undefined, "it is not clear which world is meant; there is a:b/one@1.0.0, a:b/two@1.0.0"],
      ["three", 'there is no world "three"; there is a:b/one@1.0.0, a:b/two@1.0.0'],
      ["a:b/one", 'there is no world "a:b/one"; there is a:b/one@1.0.0, a:b/two@1.0.0'],
    ])("%s fails, and names the worlds", (world, message) => {
      expect(failure(text, { world })).toBe(`INVALID ${message}`);
    });

    test("without a world there is no contract", () => {
      expect(failure("package a:b; interface i {}")).toBe("INVALID there is no world to make a contract of; the text has no world");
    });

    test("the world of a text that has only nested packages", () => {
      expect(contractFromWit("package a:b { world w {} }").id).toBe("a:b/w");
    });
  });

  const invalid: readonly (readonly [string, string])[] = [
    ["world w {}", "<wit>: there is no package line"],
    ["package a:b; world w { export i; }", '<wit>:1:31: package a:b has no interface or world "i"'],
    ["package a:b; world w { import c:d/i@1.0.0; } package c:d@2.0.0 { interface i {} }", "<wit>:1:35: package c:d@1.0.0 is not among the documents"],
    ["package a:b; world w { import v; } world v {}", "<wit>:1:31: v is a world, where an interface is needed"],
    ["package a:b; world w { include v; } interface v {}", "<wit>:1:32: v is an interface, where a world is needed"],
    ["package a:b; world w { include w; }", '<wit>:1:20: world "w" includes itself'],
    ["package a:b; interface i {} interface i {} world w {}", '<wit>:1:39: "i" is declared twice in package a:b'],
    ["package a:b; interface I {} interface i {} world w {}", '<wit>:1:39: "i" is declared twice in package a:b'],
    ["package a:b; use c:d/i; use e:f/i; world w {}", '<wit>:1:33: "i" is used twice'],
    ["package a:b; use c:d/i; interface i {} world w { import i; }", '<wit>:1:35: "i" is both declared and used at the top level'],
    ["package a:b; use x as y; use y as x; world w { import x; }", '<wit>:1:22: "x" is named by a chain of more than 200 others'],
    ["package a:b; interface i { f: func(); f: func(); } world w { import i; }", '<wit>:1:39: "f" is declared twice'],
    ["package a:b; interface i { type f = u8; F: func(); } world w { import i; }", '<wit>:1:41: "F" is declared twice'],
    ["package a:b; world w { import f: func(); import F: func(); }", '<wit>:1:49: world "w" has "F" twice among its imports'],
    ["package a:b; world v { import f: func(); } world w { include v; import f: func(); }", '<wit>:1:72: world "w" has "f" twice among its imports'],
    ["package a:b; world v {} world w { include v with { f as g } }", '<wit>:1:52: world "v" has no import or export "f" that can be renamed'],
    ["package a:b; interface f {} world v { import f; } world w { include v with { f as g } }", '<wit>:1:78: world "v" has no import or export "f" that can be renamed'],
    ["package a:b; interface i { f: func() -> t; } world w { import i; }", '<wit>:1:41: interface "i" knows no type "t"'],
    ["package a:b; world w { import f: func() -> t; }", '<wit>:1:44: world "w" knows no type "t"'],
    ["package a:b; interface j {} interface i { use j.{t}; f: func() -> t; } world w { import i; }", '<wit>:1:50: interface "j" knows no type "t"'],
    ["package a:b; interface i { f: func() -> f; } world w { import i; }", '<wit>:1:41: "f" is a function, where a type is needed'],
    ["package a:b; interface i { type t = u8; f: func(x: borrow<t>); } world w { import i; }", '<wit>:1:59: "t" is not a resource'],
    ["package a:b; interface i { type t = option<t>; f: func() -> t; } world w { import i; }", '<wit>:1:33: the type "t" holds itself'],
    ["package a:b; interface i { record r { x: v } variant v { y(list<r>) } f: func() -> r; } world w { import i; }", '<wit>:1:35: the type "r" holds itself'],
    ["package a:b; interface i { use i.{t}; } world w { import i; }", '<wit>:1:24: interface "i" uses itself'],
    ["package a:b; interface i { use j.{t}; } interface j { use i.{t}; } world w { import i; }", '<wit>:1:24: interface "i" uses itself, by way of others'],
    ["package a:b; interface i { resource r { constructor(); constructor(); } } world w { import i; }", '<wit>:1:56: resource "r" has two constructors'],
    ["package a:b; interface w {} world w2 { export w; } world w {}", '<wit>:1:58: "w" is declared twice in package a:b'],
    ["package a:b; interface i { f: func() -> borrow<r>; resource r; } world w { import i; }", "contract a:b/w: i.f(): result: a borrow may stand only in parameters"],
  ];

  test.each(invalid)("invalid: %s", (text, message) => {
    expect(failure(text, text.includes("world v") ? { world: text.includes("world w ") ? "w" : "w2" } : text.includes("w2") ? { world: "w2" } : {})).toBe(`INVALID ${message}`);
  });

  const unsupported: readonly (readonly [string, string])[] = [
    ["package a:b; world w { import f: func(x: map<string, u8>); }", '<wit>:1:20: world "w" uses map<…>, which a contract cannot hold'],
    ["package a:b; world w { import f: func(x: list<u8, 4>); }", '<wit>:1:20: world "w" uses list<…, 4>, which a contract cannot hold'],
    ["package a:b; world w { import f: func(x: error-context); }", '<wit>:1:20: world "w" uses error-context, which a contract cannot hold'],
    ["package a:b; interface i { resource r { constructor() -> result<r>; } } world w { import i; }", '<wit>:1:41: the constructor of "r" can fail'],
    ["package a:b; world w { import parse-XML: func(); }", '<wit>:1:31: "parse-XML" has no JavaScript name that leads back to it'],
    ["package a:b; world w { import step-1: func(); }", '<wit>:1:31: "step-1" has no JavaScript name that leads back to it'],
    ["package a:b:c; world w {}", "<wit>: package a:b:c is nested in another"],
    ["package a:b; world v { resource r; } world w { include v with { r as s } }", '<wit>:1:65: resource "r" cannot be renamed by "with"'],
  ];

  test.each(unsupported)("unsupported: %s", (text, message) => {
    expect(failure(text, { world: "w" })).toBe(`UNSUPPORTED ${message}`);
  });

  test("errors name the file", () => {
    const files = [{ path: "wit/w.wit", text: "package a:b; world w { import i; }" }, { path: "wit/i.wit", text: "\ninterface i { f: func() -> t; }" }];
    expect(failure(files)).toBe('INVALID wit/i.wit:2:28: interface "i" knows no type "t"');
    expect(failure([{ path: "x.wit", text: "package a:b; world w {}" }, { path: "y.wit", text: "package c:d; world v {}" }, { path: "z.wit", text: "interface i {}" }])).toBe(
      "INVALID y.wit: the files of one folder name two packages, a:b and c:d",
    );
  });

  test("a package that comes twice must be the same both times", () => {
    const dependency = (name: string, body: string) => ({ path: `wit/deps/${name}.wit`, text: `package c:d; interface i { ${body} }` });
    const root = { path: "wit/w.wit", text: "package a:b; world w { import c:d/i; }" };
    expect(Object.keys(contractFromWit([root, dependency("x", "f: func();"), dependency("y", "f:func( );")]).imports)).toEqual(["i"]);
    expect(failure([root, dependency("x", "f: func();"), dependency("y", "g: func();")])).toBe('INVALID wit/deps/y.wit:1:24: "i" is declared twice in package c:d');
  });

  describe("text that would grow without bound", () => {
    const world = "world w { import i; }";

    test("aliases that double", () => {
      const doubling = Array.from({ length: 40 }, (_, index) => `type t${index + 1} = tuple<t${index}, t${index}>;`).join(" ");
      expect(failure(`package a:b; interface i { type t0 = u8; ${doubling} f: func(x: t40); } ${world}`)).toMatch(
        /^UNSUPPORTED <wit>:1:\d+: interface "i" uses a type of more than 10000 parts/,
      );
    });

    test("long chains of aliases, records, interfaces, worlds and resources", () => {
      const chain = (count: number, link: (index: number) => string) => Array.from({ length: count }, (_, index) => link(index + 1)).join(" ");
      const deep = /reached through more than 200 others|in a chain of more than 200|holds itself/;
      expect(failure(`package a:b; interface i { type t0 = u8; ${chain(20_000, (n) => `type t${n} = t${n - 1};`)} f: func(x: t20000); } ${world}`)).toMatch(deep);
      expect(failure(`package a:b; interface i { record t0 { x: u8 } ${chain(20_000, (n) => `record t${n} { x: t${n - 1} }`)} f: func(x: t20000); } ${world}`)).toMatch(deep);
      expect(failure(`package a:b; interface i0 { type t = u8; } ${chain(20_000, (n) => `interface i${n} { use i${n - 1}.{t}; }`)} world w { import i20000; }`)).toMatch(deep);
      expect(failure(`package a:b; world w0 {} ${chain(20_000, (n) => `world w${n} { include w${n - 1}; }`)}`, { world: "w20000" })).toMatch(deep);
      const resources = `package a:b; interface i { resource r0; ${chain(2_000, (n) => `resource r${n} { m: func() -> r${n - 1}; }`)} } ${world}`;
      expect(Object.keys((contractFromWit(resources).imports.i as InterfaceType).members)).toHaveLength(2_001);
    });
  });
});
