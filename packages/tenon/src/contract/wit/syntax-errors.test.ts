import { describe, expect, test } from "vitest";
import { isTenonError } from "../../errors/index.js";
import { parseWit } from "./parser.js";
import { maximumLength } from "./source.js";

const failure = (text: string): string => {
  try {
    parseWit(text, { file: "a.wit" });
  } catch (error) {
    if (!isTenonError(error, "TENON_CONTRACT_SYNTAX")) throw error;
    expect(error.subject).toBe("a.wit");
    return error.message;
  }
  throw new Error("the text was parsed");
};

const rows: readonly (readonly [text: string, message: string])[] = [
  ["interface", "1:10: expected the interface's name, found the end of the text"],
  ["interface i", '1:12: expected "{", found the end of the text'],
  ["interface i {", '1:14: expected a function\'s name, a type declaration, "use" or "}", found the end of the text'],
  [
    "interface func {}",
    '1:11: expected the interface\'s name (write %func to use a keyword as a name), found the keyword "func"',
  ],
  ["package a;", '1:10: expected ":" and the package\'s name, found ";"'],
  ["package a:b", '1:12: expected ";" or "{", found the end of the text'],
  ["package a:b@1;", '1:13: expected a version such as 1.0.0, found "1"'],
  ["package a:b@01.0.0;", '1:13: expected a version such as 1.0.0, found "01"'],
  [
    "package a:b; package c:d;",
    "1:14: expected only one package line, at the beginning of the file, found another or a later one",
  ],
  [
    "interface i {} package c:d;",
    "1:16: expected only one package line, at the beginning of the file, found another or a later one",
  ],
  ["package a:b { package c:d {} }", '1:15: expected "interface", "world", "use" or "}", found the keyword "package"'],
  ["record r {}", '1:1: expected "interface", "world", "use" or "package", found the keyword "record"'],
  ["interface i { f: func() }", '1:25: expected ";", found "}"'],
  ["interface i { f: () }", '1:18: expected "func" or "async func", found "("'],
  ["interface i { f: func(a u8); }", '1:25: expected ":", found the keyword "u8"'],
  ["interface i { f: func(a: u8 b: u8); }", '1:29: expected "," or ")", found "b"'],
  ["interface i { f: func() -> (a: u8); }", '1:28: expected a type, found "("'],
  [
    "interface i { f: func() -> func; }",
    '1:28: expected a type (write %func to use a keyword as a name), found the keyword "func"',
  ],
  ["interface i { type a = list<>; }", '1:29: expected a type, found ">"'],
  [
    "interface i { type a = list<u8, 0>; }",
    '1:33: expected the list\'s length, a whole number from 1 to 4294967295, found "0"',
  ],
  [
    "interface i { type a = list<u8, 4294967296>; }",
    '1:33: expected the list\'s length, a whole number from 1 to 4294967295, found "4294967296"',
  ],
  ["interface i { type a = tuple<>; }", '1:30: expected a type, found ">"'],
  ["interface i { type a = result<_>; }", '1:32: expected ",", found ">"'],
  [
    "interface i { type a = map<f32, u8>; }",
    '1:28: expected a key: an integer type, char, bool or string, found the keyword "f32"',
  ],
  [
    "interface i { type a = borrow<u8>; }",
    '1:31: expected the name of a resource (write %u8 to use a keyword as a name), found the keyword "u8"',
  ],
  ["interface i { record r {} }", '1:25: expected a field\'s name, found "}"'],
  ["interface i { variant v { a() } }", '1:29: expected a type, found ")"'],
  ["interface i { enum e { a(u8) } }", '1:25: expected "," or "}", found "("'],
  [
    "interface i { record r { @since(version = 1.0.0) a: u8 } }",
    "1:50: expected a field, case or flag, which cannot have a feature gate, found a feature gate",
  ],
  ["interface i { use a.{}; }", '1:22: expected the name of a type, found "}"'],
  ["interface i { resource r { new: func } }", '1:38: expected "(", found "}"'],
  ["world w { import a:b; }", '1:21: expected "/" and the name of an interface or world, found ";"'],
  ["world w { include a with {}; }", '1:27: expected a name and its new name, as in a as b, found "}"'],
  ["world w { include a with { b }; }", '1:30: expected "as", found "}"'],
  [
    "world w { f: func(); }",
    '1:11: expected "import", "export", "use", "include", a type declaration or "}", found "f"',
  ],
  ["@stable interface i {}", '1:2: expected since, unstable, deprecated or external-id, found "stable"'],
  ["@since(feature = a) interface i {}", '1:8: expected "version =", found "feature"'],
  ["@since(version = 1.0) interface i {}", '1:18: expected a version such as 1.0.0, found "1"'],
  [
    "interface a--b {}",
    '1:11: expected a name in kebab-case, with each word all lower or all upper case, such as first-name or XML-file, found "a--b"',
  ],
  [
    "interface aB {}",
    '1:11: expected a name in kebab-case, with each word all lower or all upper case, such as first-name or XML-file, found "aB"',
  ],
  ["interface grün {}", '1:13: expected a name, a keyword or a symbol of WIT, found "ü"'],
  ["interface 🎉 {}", '1:11: expected a name, a keyword or a symbol of WIT, found "🎉"'],
  ["interface a\ufeffb {}", '1:12: expected a name, a keyword or a symbol of WIT, found "\ufeff"'],
  ["interface i {} -", '1:16: expected a name, a keyword or a symbol of WIT, found "-"'],
  ["/* /* */", '1:1: expected "*/" at the end of this comment, found the end of the text'],
  ["\n\n  interface i { /*", '3:17: expected "*/" at the end of this comment, found the end of the text'],
  [
    'world w { @external-id("a\nb") import f: func(); }',
    '1:24: expected a string that ends with " on the same line, found an unterminated string',
  ],
  [
    'world w { @external-id("\\q") import f: func(); }',
    '1:25: expected an escape such as \\n, \\7f or \\u{2603}, found "\\q"',
  ],
  [
    'world w { @external-id("\\u{d800}") import f: func(); }',
    '1:25: expected an escape such as \\n, \\7f or \\u{2603}, found "\\u"',
  ],
  [
    'world w { @external-id("\\ff") import f: func(); }',
    "1:24: expected a string in UTF-8, found bytes that are not UTF-8",
  ],
  ["// \u0000", "1:4: expected printable text, found the character U+0000, which WIT does not allow"],
  ["// \u007f", "1:4: expected printable text, found the character U+007F, which WIT does not allow"],
  ["\n/// \u202e", "2:5: expected printable text, found the character U+202E, which WIT does not allow"],
  ["// \u0149", "1:4: expected printable text, found the character U+0149, which WIT does not allow"],
  ["// \ud800", "1:4: expected printable text, found the character U+D800, which WIT does not allow"],
];

describe("syntax errors say where, what was expected and what was found", () => {
  test.each(rows)("%j", (text, message) => {
    expect(failure(text).split("\n")[0]).toBe(`a.wit:${message}`);
  });

  test("the message shows the line with a caret below it", () => {
    expect(failure("package a:b;\r\n\tinterface i {\tx y }\r\n").split("\n").slice(1)).toEqual([
      "  \tinterface i {\tx y }",
      "  \t             \t  ^",
    ]);
    const long = failure(`interface ${"a".repeat(500)} ${" ".repeat(30)}!`).split("\n");
    expect(long[1]!.length).toBeLessThan(130);
    expect(long[2]).toBe(`  ${" ".repeat(80)}^`);
  });

  test("messages call text without a file <wit>", () => {
    expect(() => parseWit("?")).toThrow("<wit>:1:1: expected");
  });

  test("types may be nested 100 levels deep, and no deeper", () => {
    const nested = (depth: number) => `interface i { type a = ${"list<".repeat(depth)}u8${">".repeat(depth)}; }`;
    expect(parseWit(nested(100)).items).toHaveLength(1);
    for (const depth of [101, 1_000_000]) {
      expect(() => parseWit(nested(depth), { file: "a.wit" })).toThrow(
        expect.objectContaining({
          code: "TENON_CONTRACT_TOO_LARGE",
          message: "a.wit:1:524: types are nested more than 100 levels deep",
        }),
      );
    }
  });

  test("text longer than 16 MiB is rejected", () => {
    expect(failure(" ".repeat(maximumLength + 1))).toBe("a.wit: expected at most 16777216 characters, found 16777217");
    expect(parseWit(" ".repeat(maximumLength)).items).toEqual([]);
  });

  test.each([undefined, null, 7, {}, Buffer.from("interface i {}")])(
    "a value that is not text is rejected: %s",
    (value) => {
      expect(() => parseWit(value as unknown as string)).toThrow(/^<wit>: expected WIT text, found /);
    },
  );
});
