import { describe, expect, test } from "vitest";
import { isTenonError } from "../../errors/index.js";
import type { InterfaceType } from "../model/model.js";
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

describe("WIT that is not a contract", () => {
  const invalid: readonly (readonly [string, string])[] = [
    ["world w {}", "<wit>: missing package line"],
    ["package a:b; world w { export i; }", '<wit>:1:31: package a:b has no interface or world "i"'],
    [
      "package a:b; world w { import c:d/i@1.0.0; } package c:d@2.0.0 { interface i {} }",
      "<wit>:1:35: package c:d@1.0.0 not found",
    ],
    ["package a:b; world w { import v; } world v {}", "<wit>:1:31: expected an interface, but v is a world"],
    ["package a:b; world w { include v; } interface v {}", "<wit>:1:32: expected a world, but v is an interface"],
    ["package a:b; world w { include w; }", '<wit>:1:20: world "w" includes itself'],
    ["package a:b; interface i {} interface i {} world w {}", '<wit>:1:39: "i" is declared twice in package a:b'],
    ["package a:b; interface I {} interface i {} world w {}", '<wit>:1:39: "i" is declared twice in package a:b'],
    ["package a:b; use c:d/i; use e:f/i; world w {}", '<wit>:1:33: "i" is used twice'],
    [
      "package a:b; use c:d/i; interface i {} world w { import i; }",
      '<wit>:1:35: "i" is both declared and used at the top level',
    ],
    [
      "package a:b; use x as y; use y as x; world w { import x; }",
      '<wit>:1:30: "y" is named by a chain of more than 200 others',
    ],
    ["package a:b; interface i { f: func(); f: func(); } world w { import i; }", '<wit>:1:39: "f" is declared twice'],
    ["package a:b; interface i { type f = u8; F: func(); } world w { import i; }", '<wit>:1:41: "F" is declared twice'],
    [
      "package a:b; world w { import f: func(); import F: func(); }",
      '<wit>:1:49: world "w" has "F" twice among its imports',
    ],
    [
      "package a:b; world v { import f: func(); } world w { include v; import f: func(); }",
      '<wit>:1:72: world "w" has "f" twice among its imports',
    ],
    [
      "package a:b; world v {} world w { include v with { f as g } }",
      '<wit>:1:52: world "v" has no import or export "f" that can be renamed',
    ],
    [
      "package a:b; interface f {} world v { import f; } world w { include v with { f as g } }",
      '<wit>:1:78: world "v" has no import or export "f" that can be renamed',
    ],
    ["package a:b; interface i { f: func() -> t; } world w { import i; }", '<wit>:1:41: interface "i" has no type "t"'],
    ["package a:b; world w { import f: func() -> t; }", '<wit>:1:44: world "w" has no type "t"'],
    [
      "package a:b; interface j {} interface i { use j.{t}; f: func() -> t; } world w { import i; }",
      '<wit>:1:50: interface "j" has no type "t"',
    ],
    [
      "package a:b; interface i { f: func() -> f; } world w { import i; }",
      '<wit>:1:41: expected a type, but "f" is a function',
    ],
    [
      "package a:b; interface i { type t = u8; f: func(x: borrow<t>); } world w { import i; }",
      '<wit>:1:59: "t" is not a resource',
    ],
    [
      "package a:b; interface i { type t = option<t>; f: func() -> t; } world w { import i; }",
      '<wit>:1:33: the type "t" contains itself',
    ],
    [
      "package a:b; interface i { record r { x: v } variant v { y(r) } f: func() -> r; } world w { import i; }",
      'contract a:b/w: the type "r" has no finite value: every value of it contains another one',
    ],
    [
      "package a:b; interface i { resource o; record r { x: list<r>, o: option<o> } f: func() -> r; } world w { import i; }",
      'contract a:b/w: the recursive type "r" contains a resource, stream or future',
    ],
    [
      "package a:b; interface i { record k { x: u8 } f: func(x: map<k, u8>); } world w { import i; }",
      '<wit>:1:24: interface "i" has a map whose keys are k',
    ],
    [
      "package a:b; interface i { /// @tenon json\n type j = u8; f: func(x: j); } world w { import i; }",
      '<wit>:2:7: "@tenon json" is above a type that is not string',
    ],
    [
      "package a:b; interface i { /// @tenon open\n variant v { a(u8), unrecognized(s32) } f: func(x: v); } world w { import i; }",
      '<wit>:2:10: "@tenon open" is above a variant that is not an open enum',
    ],
    ["package a:b; interface i { use i.{t}; } world w { import i; }", '<wit>:1:24: interface "i" uses itself'],
    [
      "package a:b; interface i { use j.{t}; } interface j { use i.{t}; } world w { import i; }",
      '<wit>:1:24: interface "i" uses itself, through other interfaces',
    ],
    [
      "package a:b; interface i { resource r { constructor(); constructor(); } } world w { import i; }",
      '<wit>:1:56: resource "r" has two constructors',
    ],
    [
      "package a:b; interface w {} world w2 { export w; } world w {}",
      '<wit>:1:58: "w" is declared twice in package a:b',
    ],
    [
      "package a:b; interface i { f: func() -> borrow<r>; resource r; } world w { import i; }",
      "contract a:b/w: i.f(): result: a borrow is allowed only in parameters",
    ],
  ];

  test.each(invalid)("invalid: %s", (text, message) => {
    expect(
      failure(
        text,
        text.includes("world v")
          ? { world: text.includes("world w ") ? "w" : "w2" }
          : text.includes("w2")
            ? { world: "w2" }
            : {},
      ),
    ).toBe(`INVALID ${message}`);
  });

  const unsupported: readonly (readonly [string, string])[] = [
    [
      "package a:b; world w { import f: func(x: list<u8, 4>); }",
      '<wit>:1:20: world "w" uses list<…, 4>, which a contract cannot express',
    ],
    [
      "package a:b; world w { import f: func(x: error-context); }",
      '<wit>:1:20: world "w" uses error-context, which a contract cannot express',
    ],
    [
      "package a:b; interface i { resource r { constructor() -> result<r>; } } world w { import i; }",
      '<wit>:1:41: the constructor of "r" can fail',
    ],
    [
      "package a:b; world w { import parse-XML: func(); }",
      '<wit>:1:31: "parse-XML" cannot be converted to a JavaScript name and back',
    ],
    [
      "package a:b; world w { import step-1: func(); }",
      '<wit>:1:31: "step-1" cannot be converted to a JavaScript name and back',
    ],
    ["package a:b:c; world w {}", "<wit>: package a:b:c is nested in another"],
    [
      "package a:b; world v { resource r; } world w { include v with { r as s } }",
      '<wit>:1:65: resource "r" cannot be renamed by "with"',
    ],
  ];

  test.each(unsupported)("unsupported: %s", (text, message) => {
    expect(failure(text, { world: "w" })).toBe(`UNSUPPORTED ${message}`);
  });

  test("errors name the file", () => {
    const files = [
      { path: "wit/w.wit", text: "package a:b; world w { import i; }" },
      { path: "wit/i.wit", text: "\ninterface i { f: func() -> t; }" },
    ];
    expect(failure(files)).toBe('INVALID wit/i.wit:2:28: interface "i" has no type "t"');
    expect(
      failure([
        { path: "x.wit", text: "package a:b; world w {}" },
        { path: "y.wit", text: "package c:d; world v {}" },
        { path: "z.wit", text: "interface i {}" },
      ]),
    ).toBe("INVALID y.wit: the files of one folder belong to two packages, a:b and c:d");
  });

  test("a package that is given twice must be the same both times", () => {
    const dependency = (name: string, body: string) => ({
      path: `wit/deps/${name}.wit`,
      text: `package c:d; interface i { ${body} }`,
    });
    const root = { path: "wit/w.wit", text: "package a:b; world w { import c:d/i; }" };
    expect(
      Object.keys(contractFromWit([root, dependency("x", "f: func();"), dependency("y", "f:func( );")]).imports),
    ).toEqual(["i"]);
    expect(failure([root, dependency("x", "f: func();"), dependency("y", "g: func();")])).toBe(
      'INVALID wit/deps/y.wit:1:24: "i" is declared twice in package c:d',
    );
  });

  describe("text that would grow without limit", () => {
    const world = "world w { import i; }";

    test("aliases that double", () => {
      const doubling = Array.from(
        { length: 40 },
        (_, index) => `type t${index + 1} = tuple<t${index}, t${index}>;`,
      ).join(" ");
      expect(failure(`package a:b; interface i { type t0 = u8; ${doubling} f: func(x: t40); } ${world}`)).toMatch(
        /^TOO_LARGE contract a:b\/w: imports\.i\.f\(\): parameter "x": a type has more than 10000 parts/,
      );
    });

    test("long chains of aliases, records, interfaces, worlds and resources", () => {
      const chain = (count: number, link: (index: number) => string) =>
        Array.from({ length: count }, (_, index) => link(index + 1)).join(" ");
      const deep = /nested in more than 100 others|in a chain of more than 200|holds itself/;
      expect(
        failure(
          `package a:b; interface i { type t0 = u8; ${chain(20_000, (n) => `type t${n} = t${n - 1};`)} f: func(x: t20000); } ${world}`,
        ),
      ).toMatch(deep);
      expect(
        failure(
          `package a:b; interface i { record t0 { x: u8 } ${chain(20_000, (n) => `record t${n} { x: t${n - 1} }`)} f: func(x: t20000); } ${world}`,
        ),
      ).toMatch(deep);
      expect(
        failure(
          `package a:b; interface i0 { type t = u8; } ${chain(20_000, (n) => `interface i${n} { use i${n - 1}.{t}; }`)} world w { import i20000; }`,
        ),
      ).toMatch(deep);
      expect(
        failure(`package a:b; world w0 {} ${chain(20_000, (n) => `world w${n} { include w${n - 1}; }`)}`, {
          world: "w20000",
        }),
      ).toMatch(deep);
      const resources = `package a:b; interface i { resource r0; ${chain(2_000, (n) => `resource r${n} { m: func() -> r${n - 1}; }`)} } ${world}`;
      expect(Object.keys((contractFromWit(resources).imports.i as InterfaceType).members)).toHaveLength(2_001);
    });
  });
});
