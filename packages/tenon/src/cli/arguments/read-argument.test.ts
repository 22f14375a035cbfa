import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contract, findSignature, type Type, t } from "../../contract/index.js";
import type { TenonError } from "../../errors/index.js";
import { failureOf } from "../../terminal/command-failure.js";
import { scratchFolder } from "../fixtures/start-cli.mjs";
import { readArguments } from "./read-argument.js";

const read = async (type: Type, ...words: string[]): Promise<unknown> => {
  const signature = findSignature(
    contract("test:read@1.0.0", { exports: { take: t.func([["value", type]]) } }),
    "take",
  );
  return (await readArguments(signature!, words, "plugin.js"))[0];
};
const rejection = async (
  type: Type,
  ...words: string[]
): Promise<{ message: string; fix: string; exitCode: number }> => {
  const failure = (await read(type, ...words).then(
    () => {
      throw new Error(`${words.join(" ")} was accepted`);
    },
    (thrown: unknown) => thrown,
  )) as TenonError;
  return { message: failure.message, fix: failure.fix.text, exitCode: failureOf(failure).exitCode };
};

const colour = t.enum("colour", ["red", "dark-green"]);
const rights = t.flags("rights", ["read", "writeAll"]);
const amount = t.variant("amount", { none: null, exact: t.u32, roughly: t.option(t.string) });
const address = t.record("address", { street: t.string, countryCode: t.option(t.string) });
const tree = t.recursive((self) => t.record("tree", { label: t.string, kids: t.list(self) }));
const person = t.record("person", { name: t.string, homes: t.list(address) });

test.each<[string, Type, string, unknown]>([
  ["a word", t.string, "Ada", "Ada"],
  ["an empty text", t.string, "", ""],
  ["a text that looks like a number", t.string, "5", "5"],
  ["a text that begins with @", t.string, "@ada", "@ada"],
  ["a string in double quotes", t.string, '"two\\nlines"', "two\nlines"],
  ["quotes that are not JSON", t.string, '"a"b"', '"a"b"'],
  ["a character", t.char, "é", "é"],
  ["a character outside the basic plane", t.char, "🦉", "🦉"],
  ["true", t.bool, "true", true],
  ["a negative number", t.s8, "-128", -128],
  ["a number with a plus", t.u8, "+5", 5],
  ["64 bits", t.u64, "18446744073709551615", 18446744073709551615n],
  ["negative 64 bits", t.s64, "-9223372036854775808", -9223372036854775808n],
  ["a fraction", t.f64, "-1.5e3", -1500],
  ["not a number", t.f64, "NaN", Number.NaN],
  ["infinity", t.f32, "-Infinity", Number.NEGATIVE_INFINITY],
  ["an enum's case", colour, "dark-green", "dark-green"],
  ["an open enum's case", t.enum("mode", ["on"], { open: true }), "on", "on"],
  ["a number of an open enum", t.enum("mode", ["on"], { open: true }), "-7", -7],
  [
    "a map as an object",
    t.map(t.u8, t.bool),
    '{"1": true, "2": false}',
    new Map([
      [1, true],
      [2, false],
    ]),
  ],
  [
    "a map as a list",
    t.map(t.bool, t.json),
    '[[true, null], [false, {"a": 1}]]',
    new Map<boolean, unknown>([
      [true, null],
      [false, { a: 1 }],
    ]),
  ],
  ["a map with booleans as keys", t.map(t.bool, t.u64), '{"true": "1"}', new Map([[true, 1n]])],
  ["a JSON value", t.json, '{"a": [1, null, "x"]}', { a: [1, null, "x"] }],
  ["JSON text", t.json, '"x"', "x"],
  [
    "a recursive value",
    tree,
    '{"label": "a", "kids": [{"label": "b", "kids": []}]}',
    { label: "a", kids: [{ label: "b", kids: [] }] },
  ],
  ["flags as words", rights, "read,write-all", { read: true, writeAll: true }],
  ["no flags", rights, "", {}],
  ["flags as JSON", rights, '{"writeAll": true, "read": false}', { writeAll: true, read: false }],
  ["flags as a list", rights, '["read"]', { read: true }],
  ["a variant's case", amount, "none", { tag: "none" }],
  ["a variant as JSON", amount, '{"tag": "exact", "val": 3}', { tag: "exact", val: 3 }],
  ["a variant whose value is none", amount, '{"tag": "roughly"}', { tag: "roughly", val: undefined }],
  ["none", t.option(t.string), "null", undefined],
  ["the text null", t.option(t.string), '"null"', "null"],
  ["some", t.option(t.u8), "7", 7],
  ["an option of an option", t.option(t.option(t.u8)), '{"tag": "some", "val": null}', { tag: "some", val: undefined }],
  ["bytes as base64", t.bytes, "base64:AP8=", Uint8Array.of(0, 255)],
  ["bytes as base64 without padding", t.bytes, "base64:AP8", Uint8Array.of(0, 255)],
  ["bytes as hex", t.bytes, "hex:00fF", Uint8Array.of(0, 255)],
  ["bytes as numbers", t.bytes, "[0, 255]", Uint8Array.of(0, 255)],
  ["a list", t.list(t.u64), '[1, "18446744073709551615"]', [1n, 18446744073709551615n]],
  ["a tuple", t.tuple(t.string, t.bool), '["a", true]', ["a", true]],
  [
    "a record with an option left out",
    person,
    '{"name": "Ada", "homes": [{"street": "Main"}]}',
    { name: "Ada", homes: [{ street: "Main", countryCode: undefined }] },
  ],
  ["a result", t.result(t.u8, t.string), '{"tag": "err", "val": "no"}', { tag: "err", val: "no" }],
])("%s", async (_what, type, text, value) => {
  expect(await read(type, text)).toEqual(value);
});

test("streams and futures", async () => {
  const items: unknown[] = [];
  for await (const item of (await read(t.stream(t.u8), "hex:0102")) as AsyncIterable<unknown>) items.push(item);
  for await (const item of (await read(t.stream(t.string), '["a"]')) as AsyncIterable<unknown>) items.push(item);
  expect(items).toEqual([Uint8Array.of(1, 2), "a"]);
  const signature = findSignature(
    contract("test:read@1.0.0", { exports: { take: t.func([["value", t.future(t.u8)]]) } }),
    "take",
  )!;
  const [future] = await readArguments(signature, ["5"], "plugin.js");
  expect(future).toBeInstanceOf(Promise);
  expect(await future).toBe(5);
});

test("a file holds bytes, or JSON", async () => {
  const file = join(scratchFolder(), "value.json");
  writeFileSync(file, '{"name": "Ada", "homes": []}');
  expect(await read(person, `@${file}`)).toEqual({ name: "Ada", homes: [] });
  expect(await read(t.bytes, `@${file}`)).toHaveLength(28);
  expect((await rejection(t.bytes, "@nowhere.bin")).message).toContain("cannot read the file nowhere.bin");
});

test.each<[string, Type, string, string]>([
  [
    "a key that is there twice",
    t.map(t.u8, t.bool),
    '{"1": true, "+1": false}',
    'take(): argument "value" at ["+1"]: the key is there twice',
  ],
  [
    "a key of another type",
    t.map(t.u8, t.bool),
    '{"one": true}',
    'take(): argument "value" at one: expected a whole number from 0 to 255 (u8), got string "one"',
  ],
  [
    "a JSON value with a key twice",
    t.json,
    '{"a": 1, "a": 2}',
    'take(): argument "value": the key "a" is used twice in one object, at line 1, column 10',
  ],
  [
    "a JSON value with a key twice, in a record",
    t.record("holder", { more: t.json }),
    '{"more": {"a": 1, "a": 2}}',
    'take(): argument "value": the key "a" is used twice in one object, at line 1, column 19',
  ],
  [
    "a recursive value that is too deep",
    tree,
    `${'{"label": "", "kids": ['.repeat(300)}${"]}".repeat(300)}`,
    "expected at most 256 levels of tree, got more",
  ],
  ["a number of a closed enum", colour, "7", 'take(): argument "value": expected red or dark-green, got "7"'],
  [
    "a number that is too large",
    t.u8,
    "256",
    'take(): argument "value": expected a whole number from 0 to 255 (u8), got string "256"',
  ],
  ["a fraction for a whole number", t.u32, "1.5", "expected a whole number"],
  ["no number at all", t.s64, "", "expected a whole number"],
  ["a number with too many digits", t.u64, "9".repeat(50), "expected a whole number"],
  ["a word for a fraction", t.f64, "0x10", "expected a number (f64)"],
  ["yes for true", t.bool, "yes", "expected true or false"],
  ["two characters", t.char, "ab", "expected one character"],
  ["a misspelled case", colour, "darkgreen", 'did you mean "dark-green"?'],
  [
    "a misspelled flag",
    rights,
    "read,wirteAll",
    'unknown flag "wirteAll"; use read, writeAll; did you mean "writeAll"?',
  ],
  ["a flag that is not a boolean", rights, '{"read": 1}', "at read: expected true or false"],
  ["a plain word for bytes", t.bytes, "hello", "expected bytes as base64:…, hex:… or @FILE"],
  ["half a byte", t.bytes, "hex:0", "pairs of the digits"],
  ["a byte that is too large", t.bytes, "[256]", "at [0]: expected a whole number"],
  [
    "a misspelled tag",
    amount,
    '{"tag": "exakt"}',
    'at tag: expected "none" or "exact" or "roughly", got "exakt"; did you mean "exact"?',
  ],
  ["a case without its value", amount, '{"tag": "exact"}', 'the case "exact" needs a "val"'],
  ["a case with a value that it does not have", amount, '{"tag": "none", "val": 1}', 'the case "none" has no value'],
  ["an unknown key next to the tag", amount, '{"tag": "none", "value": 1}', "only tag and val are allowed here"],
  ["JSON that is not valid", person, "{name: Ada}", "expected JSON such as"],
  ["a missing field", person, '{"homes": []}', 'the field "name" is missing'],
  [
    "a field deep inside",
    person,
    '{"name": "Ada", "homes": [{"street": 3}]}',
    "at homes[0].street: expected a string, got number 3",
  ],
  [
    "an unknown field",
    person,
    '{"name": "Ada", "homes": [], "nmae": 1}',
    "at nmae: the record person has no such field",
  ],
  [
    "a field of every object",
    person,
    '{"name": "Ada", "homes": [], "__proto__": {}}',
    "the record person has no such field",
  ],
  [
    "a number that JSON cannot hold",
    t.list(t.u64),
    "[18446744073709551615]",
    "at [0]: a number beyond 2^53 loses digits in JSON",
  ],
  ["a list for a record", person, "[]", "expected {"],
  ["too few items", t.tuple(t.u8, t.u8), "[1]", "expected a list of 2"],
  ["extreme nesting", t.list(t.u8), "[".repeat(100_000), "expected"],
])("rejects %s", async (_what, type, text, message) => {
  const rejected = await rejection(type, text);
  expect(rejected.message).toContain(message);
  expect(rejected.fix).not.toBe("");
  expect(rejected.exitCode).toBe(2);
});

test("options at the end can be omitted, others cannot", async () => {
  const signature = findSignature(
    contract("test:read@1.0.0", {
      exports: {
        find: t.func(
          [
            ["name", t.string],
            ["most", t.option(t.u8)],
          ],
          t.string,
        ),
      },
    }),
    "find",
  )!;
  expect(await readArguments(signature, ["Ada"], "p.js")).toEqual(["Ada", undefined]);
  for (const words of [[], ["a", "1", "2"]]) {
    const error = (await readArguments(signature, words, "my plugin.js").catch(
      (thrown: unknown) => thrown,
    )) as TenonError;
    expect(error.message).toContain("find() takes 1 to 2 arguments, but");
    expect(error.message).toContain("find(name: string, most: option<u8>) -> string");
    expect(error.fix.command).toBe("tenon run 'my plugin.js' find name");
  }
});
