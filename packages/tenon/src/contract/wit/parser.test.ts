import { describe, expect, test } from "vitest";
import { parseWit } from "./parser.js";
import { printWit } from "./printer.js";

/** Text in any layout, and the settled layout that it is printed in. */
const rows: readonly (readonly [name: string, text: string, printed: string])[] = [
  ["nothing", "", ""],
  ["only comments", "// a\n/* b /* nested */ */\n", ""],
  ["a package line", "package   demo:kit@1.2.3-rc.1+build.5 ;", "package demo:kit@1.2.3-rc.1+build.5;\n"],
  ["nested namespaces and packages", "package a:b:c/d/e@1.0.0;", "package a:b:c/d/e@1.0.0;\n"],
  [
    "a byte order mark, CRLF and tabs",
    "\ufeffpackage a:b;\r\n\tinterface\ti\r\n{}\r\n",
    "package a:b;\n\ninterface i {}\n",
  ],
  [
    "a keyword as a name",
    "interface %interface { %func: func(%list: u8); }",
    "interface %interface {\n  %func: func(%list: u8);\n}\n",
  ],
  ["a % that is not needed", "interface %plain {}", "interface plain {}\n"],
  [
    "names with acronyms and digits",
    "interface a { parse-XML-1: func(); resource XML; }",
    "interface a {\n  parse-XML-1: func();\n\n  resource XML;\n}\n",
  ],
  [
    "top-level use",
    "use a;use wasi:io/poll@0.2.0;use x:y/z@1.0.0-rc.1 as other;",
    "use a;\nuse wasi:io/poll@0.2.0;\nuse x:y/z@1.0.0-rc.1 as other;\n",
  ],
  [
    "use of types",
    "interface i { use types.{a, b as c,}; use x:y/z@1.0.0.{d}; use p:q:r/s/t.{e}; }",
    "interface i {\n  use types.{a, b as c};\n  use x:y/z@1.0.0.{d};\n  use p:q:r/s/t.{e};\n}\n",
  ],
  [
    "every type",
    `interface i {
      type a = tuple<bool,s8,u8,s16,u16,s32,u32,s64,u64,f32,f64,char,string,>;
      type b = list<list<u8>>; type c = list<u8,16>; type d = option<option<x>>;
      type e = result; type f = result<u8>; type g = result<_,u8>; type h = result<u8,string>;
      type j = map<string,list<u8>>; type k = error-context;
      type l = stream; type m = stream<u8>; type n = future; type o = future<result<_,k>>;
      type p = own<r>; type q = borrow<r>;
    }`,
    `interface i {
  type a = tuple<bool, s8, u8, s16, u16, s32, u32, s64, u64, f32, f64, char, string>;
  type b = list<list<u8>>;
  type c = list<u8, 16>;
  type d = option<option<x>>;
  type e = result;
  type f = result<u8>;
  type g = result<_, u8>;
  type h = result<u8, string>;
  type j = map<string, list<u8>>;
  type k = error-context;
  type l = stream;
  type m = stream<u8>;
  type n = future;
  type o = future<result<_, k>>;
  type p = own<r>;
  type q = borrow<r>;
}
`,
  ],
  [
    "declared types",
    "interface i { record r { a: u8, b: r2 } variant v { x, y(u8) , } enum e { p, q } flags f { s, t, } }",
    `interface i {
  record r {
    a: u8,
    b: r2,
  }

  variant v {
    x,
    y(u8),
  }

  enum e {
    p,
    q,
  }

  flags f {
    s,
    t,
  }
}
`,
  ],
  [
    "resources",
    `interface i { resource empty; resource none {} resource all {
       constructor(a: u8); constructor(b: u8) -> result<all, string>;
       m: func() -> u8; n: async func(); s: static func(); t: static async func(x: borrow<all>,) -> all; } }`,
    `interface i {
  resource empty;
  resource none;

  resource all {
    constructor(a: u8);
    constructor(b: u8) -> result<all, string>;
    m: func() -> u8;
    n: async func();
    s: static func();
    t: static async func(x: borrow<all>) -> all;
  }
}
`,
  ],
  [
    "a world",
    `world w { use a.{b}; include other; include x:y/z@1.0.0 with { p as q, r as s } import a; import x:y/z@1.0.0;
      import f:func(); import g: async func() -> u8; import h: interface { f: func(); } import k: x:y/z;
      export a; export run: func(); type t = u8; resource res; record rec { a: t } }`,
    `world w {
  use a.{b};

  include other;
  include x:y/z@1.0.0 with { p as q, r as s }

  import a;
  import x:y/z@1.0.0;
  import f: func();
  import g: async func() -> u8;

  import h: interface {
    f: func();
  }

  import k: x:y/z;

  export a;
  export run: func();

  type t = u8;

  resource res;

  record rec {
    a: t,
  }
}
`,
  ],
  [
    "gates and external ids, in their order",
    `@since(version = 1.0.0) @deprecated(version=2.0.0-rc.1) interface i {
       @unstable(feature = %list) f: func();
       resource r { @since(version = 1.0.0) constructor(); } }
     world w { @unstable(feature = x) @external-id("a\\u{2603}\\"\\\\\\n\\7f") import f: func(); }`,
    `@since(version = 1.0.0)
@deprecated(version = 2.0.0-rc.1)
interface i {
  @unstable(feature = %list)
  f: func();

  resource r {
    @since(version = 1.0.0)
    constructor();
  }
}

world w {
  @unstable(feature = x)
  @external-id("a☃\\"\\\\\\u{a}\\u{7f}")
  import f: func();
}
`,
  ],
  [
    "docs on everything that can have them",
    `/// package
package a:b;
/** block */
interface i {
  /**
   * Starred
   *   and indented
   */
  record r { /// field
    a: u8, /** b */ b: u8 }
  /// before the gate
  @since(version = 1.0.0)
  /// after the gate
  f: func(/// parameter
    p: u8, q: u8) -> u8;
  //// not docs
  /*** not docs */
  /**/
  g: func();
  ///
  /// after an empty line
  h: func();
}
/// world
world w { /// import
  import f: func(); }
`,
    `/// package
package a:b;

/// block
interface i {
  /// Starred
  ///   and indented
  record r {
    /// field
    a: u8,
    /// b
    b: u8,
  }

  /// before the gate
  /// after the gate
  @since(version = 1.0.0)
  f: func(
    /// parameter
    p: u8,
    q: u8,
  ) -> u8;

  g: func();

  ///
  /// after an empty line
  h: func();
}

/// world
world w {
  /// import
  import f: func();
}
`,
  ],
  [
    "nested packages",
    "package a:b { interface i {} world w {} } package c:d@1.0.0 { use a:b/i; }",
    "package a:b {\n  interface i {}\n\n  world w {}\n}\n\npackage c:d@1.0.0 {\n  use a:b/i;\n}\n",
  ],
];

describe("parsing and printing", () => {
  test.each(rows)("%s", (_, text, printed) => {
    expect(printWit(parseWit(text))).toBe(printed);
    expect(printWit(parseWit(printed))).toBe(printed);
  });

  test("the tree has the file and the positions of names", () => {
    const document = parseWit("package a:b;\n  interface i {}", { file: "demo.wit" });
    expect(document).toEqual({
      file: "demo.wit",
      package: { name: { namespaces: ["a"], names: ["b"] } },
      items: [{ kind: "interface", name: { name: "i", at: { line: 2, column: 13 } }, items: [] }],
    });
  });

  test("`a:b` begins a path, and `a: b` a plain name", () => {
    const [path, plain] = ["world w { import a:b/c; }", "world w { import a: b; }"].map(
      (text) => parseWit(text).items[0],
    );
    expect(path).toMatchObject({
      items: [{ form: "path", path: { package: { namespaces: ["a"], names: ["b"] }, name: { name: "c" } } }],
    });
    expect(plain).toMatchObject({ items: [{ form: "path", name: { name: "a" }, path: { name: { name: "b" } } }] });
  });

  test("a million comments are read without using up the stack", () => {
    expect(parseWit("/*".repeat(100_000) + "*/".repeat(100_000)).items).toEqual([]);
    expect(parseWit("// x\n".repeat(1_000_000)).items).toEqual([]);
  });
});
