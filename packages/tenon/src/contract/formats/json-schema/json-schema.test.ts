import { describe, expect, test } from "vitest";
import { typeText } from "../../validate/type-text.js";
import { contractFromWit, contractToWit } from "../../wit/index.js";
import { contractFromJsonSchema, type JsonSchemaOptions } from "./index.js";

const convert = (given: unknown, options: Partial<JsonSchemaOptions> = {}) =>
  contractFromJsonSchema(given, { id: "test:tools", ...options });

/** The type that one schema becomes, its codec, and the messages of what got lost. */
function typeOf(schema: unknown, options: Partial<JsonSchemaOptions> = {}) {
  const { contract, functions, findings } = convert({ properties: { value: schema }, type: "object" }, options);
  const codec = functions.get("schema")!.input;
  const record = codec.type as unknown as { fields: { name: string; type: any }[] };
  const option = record.fields.find(({ name }) => name === "value")?.type;
  const lost = findings.filter(({ severity }) => severity === "warning").map(({ message }) => message);
  const fromJson = (json: unknown) => codec.fromJson({ value: json }).value;
  const toJson = (value: unknown) => (codec.toJson({ value }) as { value?: unknown }).value;
  return { contract, type: option?.some, text: option && typeText(option.some), lost, findings, fromJson, toJson };
}

const object = (properties: object, required = Object.keys(properties)) => ({ type: "object", properties, required });

describe("a schema becomes a type", () => {
  test.each<[string, unknown, string]>([
    ["a string", { type: "string" }, "string"],
    ["Base64", { type: "string", contentEncoding: "base64" }, "list<u8>"],
    ["a boolean", { type: "boolean" }, "bool"],
    ["a number", { type: "number" }, "f64"],
    ["an integer", { type: "integer" }, "s64"],
    ["an integer that is not negative", { type: "integer", minimum: 0 }, "u64"],
    ["an integer above -1", { type: "integer", exclusiveMinimum: -1 }, "s64"],
    ["a port", { type: "integer", minimum: 0, maximum: 65_535 }, "u16"],
    ["a small signed range", { type: "integer", minimum: -1, maximum: 100 }, "s8"],
    ["whole numbers to choose from", { enum: [1, 2, 300] }, "u16"],
    ["names to choose from", { enum: ["fast", "very slow"] }, "schema-value"],
    ["texts that are no names", { enum: ["<", ">"] }, "string"],
    ["texts with one name", { enum: ["a b", "a_b"] }, "string"],
    ["a list", { type: "array", items: { type: "string" } }, "list<string>"],
    ["small numbers", { type: "array", items: { type: "integer", minimum: 0, maximum: 255 } }, "list<u8>"],
    ["a list of anything", { type: "array" }, "list<json>"],
    [
      "a pair, as in draft 7",
      { type: "array", items: [{ type: "string" }, { type: "number" }], minItems: 2, maxItems: 2 },
      "tuple<string, f64>",
    ],
    [
      "a pair",
      { type: "array", prefixItems: [{ type: "string" }, {}], items: false, minItems: 2 },
      "tuple<string, json>",
    ],
    ["properties of one type", { type: "object", additionalProperties: { type: "number" } }, "map<string, f64>"],
    ["any object", { type: "object" }, "map<string, json>"],
    ["anything", {}, "json"],
    ["true", true, "json"],
    ["a choice of kinds", { type: ["string", "number"] }, "schema-value"],
    ["numbers in two ways", { anyOf: [{ type: "integer" }, { type: "number" }] }, "f64"],
    ["texts in two ways", { anyOf: [{ type: "string", format: "uri" }, { type: "string" }] }, "string"],
    ["one of anyOf", { anyOf: [{ type: "string" }] }, "string"],
    ["allOf", { allOf: [{ type: "integer", minimum: 0 }, { maximum: 9 }] }, "u8"],
    ["an object", object({ a: { type: "string" } }), "schema-value"],
  ])("%s", (_what, schema, text) => {
    const found = typeOf(schema);
    expect([found.text, found.lost]).toEqual([text, []]);
    expect(contractToWit(contractFromWit(contractToWit(found.contract)))).toBe(contractToWit(found.contract));
  });

  test.each<[string, unknown, string]>([
    ["no type, but rules", { minLength: 2, properties: {} }, "it has no type"],
    ["cases that nothing tells apart", { oneOf: [object({ a: {} }), object({ b: {} })] }, "no property of its cases"],
    [
      "several choices",
      { anyOf: [{ type: "string" }, { type: "number" }], oneOf: [{ type: "string" }, { type: "number" }] },
      "more than one choice",
    ],
    [
      "two properties with one name",
      object({ fooBar: {}, foo_bar: {} }),
      '"foo_bar" and another one are both "foo-bar"',
    ],
    ["a property without a name", object({ "🎉": {} }), "has no letters or digits"],
    ["first items without an end", { type: "array", prefixItems: [{ type: "string" }] }, "their number is not fixed"],
    ["a list that contains itself", { $ref: "#/$defs/deep" }, "it contains itself, and is no object"],
    ["null alone", { type: "null" }, "it is null, and nothing else"],
  ])("or json, and the finding says why: %s", (_what, schema, why) => {
    const { contract, findings } = convert({
      ...object({ value: schema }),
      $defs: { deep: { type: "array", items: { $ref: "#/$defs/deep" } } },
    });
    expect(contractToWit(contract)).toContain("value: json");
    const lossy = expect.objectContaining({ code: "TENON_SCHEMA_LOSSY", message: expect.stringContaining(why) });
    expect(findings).toContainEqual(lossy);
  });

  test("a pattern that backtracking would need is not checked, and that is said", () => {
    const { findings, fromJson } = typeOf({ type: "string", pattern: "(?=a)b" });
    expect(findings.map(({ message }) => message)).toContain('#/properties/value: the pattern "(?=a)b" is not checked');
    expect(fromJson("x")).toBe("x");
  });

  test("recursion stays recursion", () => {
    const { contract, functions, findings } = convert({
      $defs: {
        Tree: {
          ...object({ value: { type: "string" } }),
          properties: { value: { type: "string" }, kids: { type: "array", items: { $ref: "#/$defs/Tree" } } },
        },
        Forest: { type: "object", additionalProperties: { $ref: "#/$defs/Tree" } },
      },
    });
    expect(findings).toEqual([]);
    expect(contractToWit(contract)).toContain("kids: option<list<");
    const { input } = functions.get("Forest")!;
    const json = { oak: { value: "a", kids: [{ value: "b", kids: [] }] } };
    const value = input.fromJson(json);
    expect(value.get("oak").kids[0]).toEqual({ value: "b", kids: [] });
    expect(input.toJson(value)).toEqual(json);
  });

  test("definitions that contain each other", () => {
    const { functions } = convert({
      $defs: {
        file: object({ name: { type: "string" } }),
        folder: { ...object({ entries: { type: "array", items: { $ref: "#/$defs/entry" } } }) },
        entry: { anyOf: [{ type: "string" }, { $ref: "#/$defs/folder" }, { type: "null" }] },
      },
    });
    const json = { entries: ["a", null, { entries: [{ entries: [] }] }] };
    for (const name of ["folder", "entry"]) {
      const { input } = functions.get(name)!;
      expect(input.toJson(input.fromJson(json))).toEqual(json);
    }
  });
});

describe("values", () => {
  test("are absent, null or there", () => {
    const { functions } = convert(
      object(
        {
          absent: { type: "string" },
          both: { type: ["string", "null"] },
          none: { type: ["string", "null"], default: null },
          nullable: { type: ["string", "null"] },
        },
        ["nullable"],
      ),
    );
    const { input } = functions.get("schema")!;
    expect(input.fromJson({ nullable: null })).toEqual({
      absent: undefined,
      both: { tag: "none" },
      none: undefined,
      nullable: undefined,
    });
    expect(input.fromJson({ nullable: "a", both: null })).toMatchObject({
      nullable: "a",
      both: { tag: "some", val: undefined },
    });
    expect(input.toJson({ nullable: undefined, both: { tag: "none" }, none: undefined, absent: undefined })).toEqual({
      nullable: null,
      none: null,
    });
    expect(input.toJson({ nullable: "a", both: { tag: "some", val: undefined }, none: "b", absent: "c" })).toEqual({
      nullable: "a",
      both: null,
      none: "b",
      absent: "c",
    });
  });

  test("keep the names of the schema", () => {
    const { fromJson, toJson } = typeOf(
      object({ old_text: { type: "string" }, "Content-Type": { enum: ["text/plain", "Very Slow"] }, __proto__x: {} }),
    );
    const json = { old_text: "a", "Content-Type": "Very Slow", __proto__x: null };
    expect(fromJson(json)).toEqual({ oldText: "a", contentType: "very-slow", protoX: null });
    expect(toJson(fromJson(json))).toEqual(json);
  });

  test("of a choice have a tag, and lose the property that says which it is", () => {
    const circle = object({ kind: { const: "circle" }, r: { type: "number" } });
    const { fromJson, toJson } = typeOf({ oneOf: [circle, object({ kind: { const: "point" } })] });
    expect(fromJson({ kind: "circle", r: 1 })).toEqual({ tag: "circle", val: { r: 1 } });
    expect(fromJson({ kind: "point" })).toEqual({ tag: "point" });
    expect(toJson({ tag: "circle", val: { r: 2 } })).toEqual({ kind: "circle", r: 2 });
  });

  test("of a choice whose case has no property of its own lose none, either", () => {
    const cases = [
      object({ kind: { const: "a" } }),
      { ...object({ kind: { const: "b" } }), additionalProperties: { type: "number" } },
    ];
    const { fromJson, toJson } = typeOf({ oneOf: cases });
    expect(() => fromJson({ kind: "a", more: 1 })).toThrow("at value.more: the schema names no such property");
    expect(fromJson({ kind: "b", more: 1 })).toEqual({ tag: "b", val: new Map([["more", 1]]) });
    expect(toJson({ tag: "b", val: new Map([["more", 1]]) })).toEqual({ kind: "b", more: 1 });
    expect(() => toJson({ tag: "b", val: new Map([["kind", 1]]) })).toThrow("the case of the variant says");
    expect(typeOf({ oneOf: cases }, { unknownProperties: "drop" }).fromJson({ kind: "a", more: 1 })).toEqual({
      tag: "a",
    });
  });

  test("keep other properties where the schema allows them in words", () => {
    const { fromJson, toJson } = typeOf({
      ...object({ a: { type: "string" } }),
      additionalProperties: { type: "number" },
    });
    const json = JSON.parse('{"a": "x", "b": 1, "__proto__": 2}');
    expect(fromJson(json)).toEqual({
      a: "x",
      additionalProperties: new Map([
        ["b", 1],
        ["__proto__", 2],
      ]),
    });
    expect(toJson(fromJson(json))).toEqual(json);
    expect(() => toJson({ a: "x", additionalProperties: new Map([["a", 1]]) })).toThrow("the property has a field: a");
  });

  test("lose unknown properties only if that is asked for", () => {
    const schema = object({ a: { type: "string" } });
    expect(() => typeOf(schema).fromJson({ a: "x", b: 1 })).toThrow(
      "schema: value at value.b: the schema names no such property",
    );
    expect(typeOf(schema, { unknownProperties: "drop" }).fromJson({ a: "x", b: 1 })).toEqual({ a: "x" });
  });

  test.each<[unknown, unknown, string]>([
    [{ type: "integer", minimum: 1 }, 0, "at value: expected a number of at least 1, got 0"],
    [{ type: "string", pattern: "^[a-z]+$" }, "A", 'at value: expected a text that matches "^[a-z]+$", got "A"'],
    [
      object({ a: { type: "array", items: { type: "string" } } }),
      { a: ["x", 1] },
      "at value.a[1]: expected string, got 1",
    ],
    [object({ a: {} }), {}, 'at value: the property "a" is missing'],
    [{ enum: ["a", "b"] }, "c", 'at value: expected one of ["a","b"], got "c"'],
    [{ type: "integer" }, 1e30, "at value: expected a whole number that fits s64"],
    [{ type: "string", contentEncoding: "base64" }, "a", "at value: expected bytes as Base64"],
  ])("of schema %j are not read from %j", (schema, json, message) => {
    expect(() => typeOf(schema).fromJson(json)).toThrow(
      expect.objectContaining({
        code: "TENON_VALUE_TYPE",
        message: expect.stringContaining(`schema: value ${message}`),
      }),
    );
  });

  test.each<[object, unknown, string]>([
    [{ type: "string", minLength: 2 }, "a", "at value: expected at least 2 characters, got 1"],
    [{ type: "number" }, Number.NaN, "at value: expected a number that JSON can hold"],
    [{ type: "integer" }, 2n ** 53n + 1n, "at value: expected a whole number that JSON can hold"],
    [{ type: "array", items: {}, uniqueItems: true }, [{ a: 1 }, { a: 1 }], "at value: an item is there twice"],
    [{ type: "string" }, "\ud83d", "a text contains half of a character"],
    [{}, { "\ud83d": 1 }, "a text contains half of a character"],
    [{ type: "string" }, 7, "at value: expected string, got number 7"],
  ])("of schema %o are not written from %o", (schema, value, message) => {
    expect(() => typeOf(schema).toJson(value)).toThrow(
      expect.objectContaining({ code: "TENON_VALUE_TYPE", message: expect.stringContaining(message) }),
    );
  });
});

describe("a list of tools", () => {
  const tools = [
    {
      name: "read_file",
      description: "Reads a file.",
      inputSchema: object({ path: { type: "string" } }),
      outputSchema: object({ text: { type: "string" } }),
    },
    { name: "Ping", title: "Ping", inputSchema: { type: "object" } },
  ];

  test.each<[string, unknown]>([
    ["a list", tools],
    ["a result", { tools }],
    ["an answer", { jsonrpc: "2.0", id: 1, result: { tools } }],
    ["text", JSON.stringify({ tools })],
  ])("becomes a contract with one function for each: %s", (_what, given) => {
    const { contract, functions } = convert(given);
    expect(contractToWit(contract)).toContain(
      "/// Reads a file.\n  export read-file: func(input: read-file-input) -> read-file-output;",
    );
    expect(contractToWit(contract)).toContain("export ping: func() -> json;");
    expect([...functions.values()].map(({ name, key }) => [name, key])).toEqual([
      ["read_file", "readFile"],
      ["Ping", "ping"],
    ]);
    expect(functions.get("Ping")?.input.toJson(undefined)).toEqual({});
    expect(() => functions.get("Ping")?.input.fromJson({ a: 1 })).toThrow(
      "Ping: input: expected an object without properties",
    );
  });

  test("with two tools of one name needs another name", () => {
    const twice = [
      { name: "a_b", inputSchema: {} },
      { name: "aB", inputSchema: {} },
    ];
    expect(() => convert(twice)).toThrow(
      expect.objectContaining({
        code: "TENON_SCHEMA_NAMES",
        message: 'the tools "a_b" and "aB" are both "a-b" in a contract',
      }),
    );
    expect(Object.keys(convert(twice, { names: { aB: "other" } }).contract.exports)).toEqual(["aB", "other"]);
    expect(() => convert([{ name: "🎉", inputSchema: {} }])).toThrow("has no letters or digits");
  });
});
