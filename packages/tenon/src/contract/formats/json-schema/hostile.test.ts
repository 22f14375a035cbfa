import { describe, expect, test } from "vitest";
import { contractFromJsonSchema } from "./index.js";

const convert = (given: unknown) => contractFromJsonSchema(given, { id: "test:hostile" });
const refused = (code: string, message = "") =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe("contractFromJsonSchema() refuses", () => {
  test.each<[string, unknown, string]>([
    ["a reference to itself", { $ref: "#" }, "the reference leads back to itself"],
    [
      "references in a circle",
      { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } },
      "leads back to itself",
    ],
    [
      "allOf in a circle",
      { $defs: { a: { allOf: [{ type: "object" }, { $ref: "#/$defs/a" }] } } },
      "leads back to itself",
    ],
    ["a reference to nowhere", { $ref: "#/$defs/none" }, "leads nowhere"],
    ["a reference into a prototype", { $ref: "#/constructor" }, "leads nowhere"],
    ["an anchor that is not there", { $ref: "#none" }, 'there is no $anchor "none"'],
    ["a reference that is no text", { $ref: 5 }, "expected a string"],
    ["a broken reference", { $ref: "#/%zz" }, "leads nowhere"],
    ["$dynamicRef", { $dynamicRef: "#a" }, "$dynamicRef is not supported"],
    ["an unknown type", { type: "text" }, 'unknown type "text"'],
    ["properties that are no object", { properties: [] }, "expected an object"],
    ["required that is no list", { required: "a" }, "expected a list of names"],
    ["a limit that is no number", { minimum: "1" }, "expected a number"],
    ["a schema that is no schema", { type: "array", items: 5 }, "expected a schema"],
    ["an empty anyOf", { anyOf: [] }, "expected at least one schema"],
    ["false", false, "no value fits the schema"],
    ["two types at once", { allOf: [{ type: "string" }, { type: "number" }] }, "no value fits the schema"],
    ["an empty range", { type: "integer", minimum: 2, maximum: 1 }, "no value fits the schema"],
    ["a const of another type", { type: "string", const: 1 }, "no value fits the schema"],
    [
      "a property that must be there and must not",
      { type: "object", properties: { a: false }, required: ["a"] },
      "no value fits",
    ],
    [
      "an object that must contain itself",
      { type: "object", properties: { a: { $ref: "#" } }, required: ["a"] },
      "no value fits",
    ],
    ["text that is not JSON", "{", "line 1, column 2"],
    ["text with a key twice", '{"type": "string", "type": "number"}', 'the key "type" is used twice'],
    ["nothing", undefined, "expected an object, got undefined"],
    ["a tool without a name", [{ inputSchema: {} }], "the tool has no name"],
    ["a tool without a schema", [{ name: "a" }], "the tool a has no inputSchema"],
    ["a tool that is none", ["a"], "expected a tool"],
  ])("%s", (_what, given, message) => {
    let error: any;
    try {
      convert(given);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toEqual(refused("TENON_SCHEMA_INVALID", message));
  });

  test.each(["https://example.com/schema.json", "other.json#/$defs/a", "file:///etc/passwd", "//host/x"])(
    "a reference to %s, and fetches nothing",
    (reference) => {
      expect(() => convert({ type: "object", properties: { a: { $ref: reference } } })).toThrow(
        refused("TENON_SCHEMA_REFERENCE", `#/properties/a: the reference "${reference}" leads out of the document`),
      );
    },
  );

  test("schemas that multiply", () => {
    const bomb = (inner: (next: object) => object) => {
      const $defs: Record<string, object> = { s60: { type: "string" } };
      for (let level = 0; level < 60; level++) $defs[`s${level}`] = inner({ $ref: `#/$defs/s${level + 1}` });
      return { $ref: "#/$defs/s0", $defs };
    };
    const twice = (next: object) => ({ anyOf: [next, { allOf: [next, { minLength: 1 }] }] });
    expect(() => convert(bomb(twice))).toThrow(refused("TENON_SCHEMA_TOO_LARGE"));
    const all = (next: object) => ({ allOf: [{ ...next }, { ...next, title: "x" }] });
    expect(() => convert(bomb(all))).not.toThrow();
    const pairs = (next: object) => ({ type: "array", prefixItems: [next, next], items: false, minItems: 2 });
    expect(() => convert(bomb(pairs))).toThrow(refused("TENON_CONTRACT_TOO_LARGE"));
  });

  test.each<[string, string]>([
    ["arrays", "[".repeat(1e6)],
    ["schemas", '{"items":'.repeat(1e6)],
  ])("%s of depth 10^6", (_what, text) => {
    expect(() => convert(text)).toThrow(refused("TENON_SCHEMA_TOO_LARGE", "nested more than 200 levels"));
  });

  test("thousands of patterns that take long to compile", () => {
    const properties = Object.fromEntries(
      Array.from({ length: 3000 }, (_, index) => [`p${index}`, { type: "string", pattern: `a{${index}}` }]),
    );
    expect(() => convert({ type: "object", properties })).toThrow(refused("TENON_SCHEMA_TOO_LARGE", "2000 patterns"));
  });

  test("an object of depth 10^6, and one that contains itself", () => {
    let deep: object = {};
    for (let level = 0; level < 1e6; level++) deep = { items: deep };
    expect(() => convert(deep)).toThrow(refused("TENON_SCHEMA_TOO_LARGE"));
    const circle: Record<string, unknown> = {};
    circle.items = circle;
    expect(() => convert(circle)).toThrow(refused("TENON_SCHEMA_TOO_LARGE"));
  });
});

describe("contractFromJsonSchema() takes", () => {
  test("10,000 definitions that refer to each other, in a chain that is too long for one type", () => {
    const chain = (count: number) => {
      const $defs: Record<string, object> = {};
      for (let index = 0; index < count; index++)
        $defs[`type${index}`] = {
          type: "object",
          properties: { next: { $ref: `#/$defs/type${index + 1}` }, own: { type: "string" } },
        };
      $defs[`type${count}`] = { type: "string" };
      return [{ name: "tool", inputSchema: { $ref: "#/$defs/type0", $defs } }];
    };
    expect(convert(chain(30)).contract.declarations).toHaveLength(30);
    expect(() => convert(chain(10_000))).toThrow(refused("TENON_SCHEMA_TOO_LARGE", "nested more than 90 levels"));
  });

  test("10,000 definitions beside each other", () => {
    const properties: Record<string, object> = {};
    const $defs: Record<string, object> = {};
    for (let index = 0; index < 10_000; index++) {
      $defs[`type${index}`] = { type: "object", properties: { own: { type: "string" } } };
      properties[`field${index}`] = { $ref: `#/$defs/type${index}` };
    }
    const { contract } = convert([{ name: "tool", inputSchema: { type: "object", properties, $defs } }]);
    expect(contract.declarations).toHaveLength(10_001);
  });

  test("patterns that would never end, in time that is in proportion", () => {
    const { functions } = convert({
      type: "object",
      properties: { a: { type: "string", pattern: "^(([a-z])+.)+[A-Z]([a-z])+$" } },
    });
    expect(() => functions.get("schema")!.input.fromJson({ a: "a".repeat(20_000) })).toThrow("a text that matches");
  });

  test("__proto__ as a property", () => {
    const schema = JSON.parse(
      '{"type": "object", "properties": {"__proto__": {"type": "string"}, "b": {"type": "number"}}, "required": ["__proto__"]}',
    );
    const { input } = convert(schema).functions.get("schema")!;
    const json = JSON.parse('{"__proto__": "x", "b": 1}');
    const value = input.fromJson(json);
    expect(value).toEqual({ proto: "x", b: 1 });
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(JSON.stringify(input.toJson(value))).toBe('{"__proto__":"x","b":1}');
    expect(() => input.fromJson({ b: 1 })).toThrow('the property "__proto__" is missing');
  });

  test("a choice of itself, of which no value can be checked", () => {
    const a = { anyOf: [{ type: "number" }, { allOf: [{ $ref: "#/$defs/a" }] }] };
    const { input } = convert({ $defs: { a } }).functions.get("a")!;
    expect(() => input.fromJson("x")).toThrow(refused("TENON_SCHEMA_TOO_LARGE", "a reference leads back to itself"));
  });

  test("values that take long to check, up to a limit", () => {
    const schema = { type: "array", items: { anyOf: Array.from({ length: 1000 }, (_, index) => ({ const: index })) } };
    const { input } = convert(schema).functions.get("schema")!;
    expect(() => input.fromJson(Array.from({ length: 10_000 }, () => 999))).toThrow(refused("TENON_SCHEMA_TOO_LARGE"));
  });
});
