import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTenonError, type TenonError } from "../errors/index.js";
import { validateSettings } from "./settings.js";

type Schema = Record<string, unknown>;
function failure(schema: unknown, settings: unknown, options?: { milliseconds: number }): TenonError {
  try {
    validateSettings(schema as Schema, settings, "greeter", options);
  } catch (error) {
    if (isTenonError(error)) return error;
    throw error;
  }
  throw new Error("expected validateSettings() to throw");
}
const object = (properties: Schema, more: Schema = {}): Schema => ({
  type: "object",
  properties,
  additionalProperties: false,
  ...more,
});

describe("defaults", () => {
  const schema = object({
    port: { type: "integer", default: 80 },
    log: object({ level: { type: "string", default: "info" } }, { default: {} }),
    hosts: { type: "array", items: object({ name: { type: "string" }, weight: { default: 1 } }) },
  });

  it("are filled in, at every depth, in a copy", () => {
    const given = { hosts: [{ name: "a" }] };
    expect(validateSettings(schema, given, "greeter")).toEqual({
      port: 80,
      log: { level: "info" },
      hosts: [{ name: "a", weight: 1 }],
    });
    expect(given).toEqual({ hosts: [{ name: "a" }] });
  });

  it("replace settings that were not given at all", () => {
    expect(validateSettings(schema, undefined, "greeter")).toEqual({ port: 80, log: { level: "info" } });
    expect(validateSettings(schema, { port: undefined }, "greeter")).toEqual({ port: 80, log: { level: "info" } });
  });

  it("are not shared between two plugins", () => {
    const first = validateSettings(schema, {}, "greeter") as any;
    first.log.level = "changed";
    expect((validateSettings(schema, {}, "greeter") as any).log.level).toBe("info");
  });
});

describe("without a schema", () => {
  it("settings are copied, and undefined stays undefined", () => {
    const given = { a: [1, { b: null }] };
    const copy = validateSettings(undefined, given, "greeter");
    expect(copy).toEqual(given);
    expect(copy).not.toBe(given);
    expect(validateSettings(undefined, undefined, "greeter")).toBeUndefined();
  });

  it("settings of any JSON value come back as they are", () => {
    const plain = fc.jsonValue().filter((value) => !JSON.stringify(value).includes("__proto__"));
    fc.assert(
      fc.property(plain, (value) => {
        expect(validateSettings(undefined, value, "greeter")).toEqual(value);
      }),
    );
  });
});

describe("problems are reported in plain words", () => {
  it.each<[string, Schema, unknown, string]>([
    [
      "type",
      object({ port: { type: "integer" } }),
      { port: "80" },
      'settings.port: expected a whole number, got string "80"',
    ],
    [
      "types",
      object({ name: { type: ["string", "null"] } }),
      { name: 3 },
      "settings.name: expected a string or null, got number 3",
    ],
    [
      "missing",
      object({ name: { type: "string" } }, { required: ["name"] }),
      {},
      "settings.name: is missing (a string)",
    ],
    [
      "missing where objects inherit",
      object({ constructor: {} }, { required: ["constructor"] }),
      {},
      "settings.constructor: is missing",
    ],
    ["unknown", object({ port: {} }), { prot: 1 }, 'settings.prot: is not a known setting; did you mean "port"?'],
    [
      "unknown, nothing near",
      object({ port: {}, host: {} }),
      { timeout: 1 },
      "settings.timeout: is not a known setting; known settings: port, host",
    ],
    [
      "unevaluated",
      { properties: { port: {} }, unevaluatedProperties: false },
      { pot: 1 },
      'settings.pot: is not a known setting; did you mean "port"?',
    ],
    [
      "enum",
      object({ colour: { enum: ["red", "blue"] } }),
      { colour: "green" },
      'settings.colour: expected one of "red", "blue", got string "green"',
    ],
    ["const", object({ version: { const: 2 } }), { version: 1 }, "settings.version: expected 2, got number 1"],
    ["minimum", object({ n: { minimum: 1 } }), { n: 0 }, "settings.n: expected a number of at least 1, got number 0"],
    [
      "exclusiveMaximum",
      object({ n: { exclusiveMaximum: 1 } }),
      { n: 1 },
      "settings.n: expected a number below 1, got number 1",
    ],
    ["multipleOf", object({ n: { multipleOf: 5 } }), { n: 4 }, "settings.n: expected a multiple of 5, got number 4"],
    [
      "minLength",
      object({ s: { minLength: 1 } }),
      { s: "" },
      'settings.s: expected at least 1 character, got string ""',
    ],
    [
      "maxItems",
      object({ l: { maxItems: 2 } }),
      { l: [1, 2, 3] },
      "settings.l: expected at most 2 items, got array of 3",
    ],
    [
      "uniqueItems",
      object({ l: { uniqueItems: true } }),
      { l: [1, 2, 1] },
      "settings.l: items 0 and 2 are equal; expected no duplicates",
    ],
    [
      "pattern",
      object({ s: { pattern: "^a+$" } }),
      { s: "b" },
      'settings.s: expected a string that matches the pattern ^a+$, got string "b"',
    ],
    [
      "anyOf types",
      object({ v: { anyOf: [{ type: "string" }, { type: "boolean" }] } }),
      { v: 1 },
      "settings.v: expected a string or true or false, got number 1",
    ],
    [
      "oneOf",
      object({ v: { oneOf: [{ minimum: 1 }, { minimum: 2 }] } }),
      { v: 3 },
      "settings.v: fits more than one alternative of the schema, but exactly one is allowed (got number 3)",
    ],
    ["not", object({ v: { not: { const: 1 } } }), { v: 1 }, "settings.v: the schema forbids this value (got number 1)"],
    [
      "dependent",
      { dependentRequired: { key: ["secret"] } },
      { key: "k" },
      'settings.secret: is missing; it is required because "key" is set',
    ],
    [
      "path",
      object({ "odd key": { type: "array", items: object({ "a/b": { type: "string" } }) } }),
      { "odd key": [{}, { "a/b": 1 }] },
      'settings["odd key"][1]["a/b"]: expected a string, got number 1',
    ],
    ["root", object({}), [], "settings: expected an object, got array of 0"],
    ["false", object({ v: false }), { v: 1 }, "settings.v: is not allowed here"],
  ])("%s", (_, schema, settings, message) => {
    const error = failure(schema, settings);
    expect(error.code).toBe("TENON_SETTINGS_INVALID");
    expect(error.message).toBe(`greeter: ${message}`);
    expect(error.findings).toHaveLength(1);
    expect(error.findings[0]).toMatchObject({ code: "TENON_SETTINGS_INVALID", severity: "error", message });
  });

  it("all of them, but not more than a screen", () => {
    const two = failure(object({ a: { type: "string" }, b: { type: "string" } }), { a: 1, b: 2 });
    expect(two.message).toBe(
      "greeter: 2 settings are not valid:\n  settings.a: expected a string, got number 1\n  settings.b: expected a string, got number 2",
    );
    const many = failure(
      { additionalProperties: { type: "string" } },
      Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, 1])),
    );
    expect(many.message.split("\n")).toHaveLength(12);
    expect(many.message).toMatch(/and 490 more$/);
    expect(many.findings).toHaveLength(100);
  });
});

describe("settings that are not JSON", () => {
  const circle: any = {};
  circle.self = circle;
  it.each<[string, unknown, string]>([
    ["a function", { on: () => {} }, "settings.on: expected a JSON value, got function"],
    ["a date", { at: [new Date(0)] }, "settings.at[0]: expected a JSON value, got Date"],
    ["a bigint", { n: 1n }, "settings.n: expected a JSON value, got bigint"],
    ["not a number", { n: Number.NaN }, "settings.n: expected a JSON value, got number NaN"],
    ["a circle", circle, "it is nested deeper than 100 levels, or contains itself"],
    [
      "__proto__",
      JSON.parse('{"a": {"__proto__": {"polluted": true}}}'),
      'settings.a: the key "__proto__" is not allowed',
    ],
    [
      "a getter that throws",
      Object.defineProperty({}, "x", {
        enumerable: true,
        get: () => {
          throw new Error("no");
        },
      }),
      "the settings cannot be read",
    ],
  ])("%s", (_, settings, message) => {
    for (const schema of [undefined, {}]) {
      const error = failure(schema, settings);
      expect(error.code).toBe("TENON_SETTINGS_INVALID");
      expect(error.message).toContain(message);
    }
  });
});

describe("secrets never appear in a message", () => {
  const secret = "hunter2";
  it.each<[string, unknown, unknown]>([
    ["writeOnly", object({ token: { type: "number", writeOnly: true } }), { token: secret }],
    ["format password", object({ token: { type: "string", format: "password", minLength: 20 } }), { token: secret }],
    ["pattern", object({ token: { writeOnly: true, pattern: "^x" } }), { token: secret }],
    ["enum", object({ token: { writeOnly: true, enum: ["a"] } }), { token: secret }],
    [
      "through a reference",
      { $defs: { s: { writeOnly: true, type: "number" } }, properties: { token: { $ref: "#/$defs/s" } } },
      { token: secret },
    ],
    [
      "beside a reference",
      { $defs: { s: { type: "number" } }, properties: { token: { $ref: "#/$defs/s", writeOnly: true } } },
      { token: secret },
    ],
    ["through allOf", object({ token: { writeOnly: true, allOf: [{ minLength: 20 }] } }), { token: secret }],
    [
      "inside a secret group",
      object({ auth: { writeOnly: true, properties: { key: { type: "number" } } } }),
      { auth: { key: secret } },
    ],
    ["in a list", object({ tokens: { items: { writeOnly: true, type: "number" } } }), { tokens: [secret] }],
    ["in place of the group that holds it", object({ auth: object({ token: { writeOnly: true } }) }), { auth: secret }],
    ["by pattern", { patternProperties: { "^t": { writeOnly: true, type: "number" } } }, { token: secret }],
    [
      "in an alternative",
      { oneOf: [object({ token: { writeOnly: true, type: "number" } }), object({ token: { type: "boolean" } })] },
      { token: secret },
    ],
    ["the whole", { writeOnly: true, type: "object" }, secret],
  ])("%s", (_, schema, settings) => {
    const error = failure(schema, settings);
    expect(error.code).toBe("TENON_SETTINGS_INVALID");
    expect(JSON.stringify(error) + String(error.stack) + String(error.cause)).not.toContain(secret);
  });

  it("other settings of the same schema are shown", () => {
    const schema = object({ token: { writeOnly: true, type: "number" }, port: { type: "integer" } });
    expect(failure(schema, { token: secret, port: "80" }).message).toBe(
      'greeter: 2 settings are not valid:\n  settings.token: expected a number, got a string that is not shown\n  settings.port: expected a whole number, got string "80"',
    );
  });
});

describe("an untrusted schema", () => {
  const nested = (depth: number): Schema => (depth === 0 ? {} : { properties: { a: nested(depth - 1) } });
  const doubling = (levels: number): Schema => ({
    $defs: Object.fromEntries(
      Array.from({ length: levels }, (_, level) => [
        `l${level}`,
        level === levels - 1
          ? { type: "string" }
          : { allOf: [{ $ref: `#/$defs/l${level + 1}` }, { $ref: `#/$defs/l${level + 1}` }] },
      ]),
    ),
    $ref: "#/$defs/l0",
  });
  const circle: Schema = {};
  circle.properties = circle;

  it.each<[string, unknown, string]>([
    ["no object", [], "expected an object"],
    ["a boolean", true, "expected an object"],
    ["null", null, "expected an object"],
    ["a wrong keyword", { type: "strnig" }, "type"],
    ["a keyword of the wrong kind", { properties: 3 }, "properties"],
    ["a pattern that is none", { properties: { a: { pattern: "(" } } }, "Invalid regular expression"],
    ["a reference to nothing", { $ref: "#/$defs/none" }, "#/$defs/none"],
    [
      "a remote reference",
      { properties: { a: { $ref: "https://example.com/schema.json" } } },
      'schema.properties.a.$ref: "https://example.com/schema.json" points outside the schema',
    ],
    ["a file reference", { $ref: "other.json#/a" }, "points outside the schema"],
    ["a remote dynamic reference", { $dynamicRef: "https://example.com/#x" }, "points outside the schema"],
    [
      "another base inside",
      { properties: { a: { $id: "https://example.com/" } } },
      "only the schema itself may have an $id",
    ],
    ["another draft", { $schema: "http://json-schema.org/draft-07/schema#" }, "draft 2020-12"],
    ["$async", { $async: true }, "$async"],
    ["too deep", nested(40), "nested deeper"],
    ["a circle of objects", circle, "nested deeper"],
    ["too large", { enum: Array.from({ length: 30_000 }, (_, index) => index) }, "more than 20000 parts"],
    ["too long", { description: "x".repeat(600_000) }, "more than 500000 characters"],
    ["a function", { default: () => {} }, "schema.default: expected a JSON value, got function"],
    [
      "__proto__",
      JSON.parse('{"properties": {"__proto__": {"properties": {"polluted": {"default": true}}}}}'),
      '"__proto__" is not allowed',
    ],
    ["doubling references", doubling(40), "after its references are expanded"],
    ["a reference to itself", { $ref: "#" }, "refers to itself endlessly"],
    [
      "references in a circle",
      { $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } }, $ref: "#/$defs/a" },
      "refers to itself endlessly",
    ],
  ])("%s", (_, schema, message) => {
    const error = failure(schema, {});
    expect(error.code).toBe("TENON_MANIFEST_INVALID");
    expect(error.message).toContain("greeter: the schema of the plugin's settings is not valid");
    expect(error.message).toContain(message);
  });

  it("cannot block the host with catastrophic backtracking, nor affect the next plugin", () => {
    const error = failure(
      object({ a: { type: "string", pattern: "^(a+)+$" } }),
      { a: `${"a".repeat(60)}!` },
      { milliseconds: 100 },
    );
    expect(error.code).toBe("TENON_MANIFEST_INVALID");
    expect(error.message).toContain("checking took longer than 100 ms");
    expect(validateSettings(object({ a: { pattern: "^a" } }), { a: "a" }, "next")).toEqual({ a: "a" });
  });

  it("cannot change the prototype of objects by its defaults", () => {
    const schema = {
      properties: {
        constructor: { properties: { prototype: { default: {}, properties: { polluted: { default: true } } } } },
      },
    };
    validateSettings(schema, {}, "greeter");
    expect(({} as any).polluted).toBeUndefined();
    expect((Object as any).polluted).toBeUndefined();
  });

  it("can be recursive, and have anchors, references and its own keywords", () => {
    const node = {
      $anchor: "node",
      type: "object",
      properties: { kids: { type: "array", items: { $ref: "#node" } } },
      required: ["name"],
    };
    const tree = { $id: "https://example.com/tree", $defs: { node }, $ref: "#/$defs/node", "x-own": 1 };
    expect(validateSettings(tree, { name: 1, kids: [{ name: 2 }] }, "greeter")).toEqual({
      name: 1,
      kids: [{ name: 2 }],
    });
    expect(validateSettings(tree, { name: 1 }, "again, with the same $id")).toEqual({ name: 1 });
    expect(failure(tree, { name: 1, kids: [{}] }).message).toBe("greeter: settings.kids[0].name: is missing");
  });

  it("results in a coded error or in settings, whatever it is", () => {
    const keyword = fc.constantFrom(
      "type",
      "properties",
      "items",
      "$ref",
      "allOf",
      "required",
      "pattern",
      "enum",
      "default",
      "minimum",
      "if",
      "then",
      "$id",
      "format",
    );
    const { schema: anySchema } = fc.letrec((tie) => ({
      schema: fc.dictionary(
        keyword,
        fc.oneof(
          { maxDepth: 4, withCrossShrink: true },
          fc.jsonValue({ maxDepth: 1 }),
          tie("schema"),
          fc.array(tie("schema"), { maxLength: 2 }),
        ),
        { maxKeys: 3 },
      ),
    }));
    fc.assert(
      fc.property(anySchema, fc.jsonValue({ maxDepth: 2 }), (schema, settings) => {
        try {
          validateSettings(schema as Schema, settings, "greeter");
        } catch (error) {
          expect(isTenonError(error, "TENON_MANIFEST_INVALID") || isTenonError(error, "TENON_SETTINGS_INVALID")).toBe(
            true,
          );
        }
      }),
      { numRuns: times(150) },
    );
  });
});
