import { describe, expect, test } from "vitest";
import { component as componentBytes, list, section } from "../testing/assembler.mjs";
import { componentOf, type NewDefinition } from "../testing/component-encoder.mjs";
import {
  componentType,
  exporting,
  func,
  importing,
  instanceType,
  kitchenSink,
  library,
  options,
  resource,
  type,
} from "../testing/sample-components.mjs";
import { readComponent } from "./index.js";

const exported = (name: string, sort: "function" | "type" | "instance", index: number): NewDefinition => ({
  kind: "export",
  name,
  sort,
  index,
  type: undefined,
});
const imported = (name: string, index: number): NewDefinition => ({
  kind: "import",
  name,
  type: { kind: "function", type: index },
});
const importedResource = (name: string): NewDefinition => ({
  kind: "import",
  name,
  type: { kind: "type", equals: undefined },
});
const lift = (core: number, index: number, given = {}): NewDefinition => ({
  kind: "lift",
  core,
  type: index,
  options: options(given),
});
const nested = (...definitions: readonly NewDefinition[]): NewDefinition => ({
  kind: "component",
  component: { definitions },
});

test("the type of a component has every index resolved", () => {
  const { component, type: read } = readComponent(componentOf(...kitchenSink));
  expect(component.definitions).toHaveLength(kitchenSink.length);
  expect(read.imports.map(({ name, type: { kind } }) => `${name}: ${kind}`)).toEqual([
    "demo:kit/buckets@1.0.0: instance",
    "log: function",
    "unused: function",
  ]);
  const byName = new Map(read.exports.map(({ name, type: item }) => [name, item]));
  const look = byName.get("look");
  const shape = byName.get("shape");
  if (look?.kind !== "function" || shape?.kind !== "type") throw new Error("they are exported");
  // A list of exactly the named type.
  expect(look.type.parameters[0]?.type).toMatchObject({ kind: "list", element: shape.type });
  const door = byName.get("door");
  const made = byName.get("[constructor]door");
  if (door?.kind !== "type" || door.type.kind !== "resource" || made?.kind !== "function") throw new Error("both are");
  expect(made.type.result).toMatchObject({ kind: "own", resource: { resource: door.type.resource } });
});

test("each import of an instance type has its own resource", () => {
  const { type: read } = readComponent(
    componentOf(
      instanceType({ kind: "export", name: "r", type: { kind: "type", equals: undefined } }),
      { kind: "import", name: "one", type: { kind: "instance", type: 0 } },
      { kind: "import", name: "two", type: { kind: "instance", type: 0 } },
    ),
  );
  const resources = read.imports.map(({ type: item }) => {
    const inner = item.kind === "instance" ? item.type.exports.get("r") : undefined;
    return inner?.kind === "type" && inner.type.kind === "resource" ? inner.type.resource : undefined;
  });
  expect(resources[0]).toBeDefined();
  expect(resources[0]).not.toBe(resources[1]);
});

/** A component that takes a resource and returns it. */
const passing = nested(
  importedResource("thing"),
  type({ kind: "own", resource: 0 }),
  func({}, 1),
  imported("make", 2),
  exported("make-again", "function", 0),
);

test("the results of a component use the resources of its arguments", () => {
  const { type: read } = readComponent(
    componentOf(
      importedResource("stone"),
      type({ kind: "own", resource: 0 }),
      func({}, 1),
      imported("find", 2),
      passing,
      {
        kind: "instantiate",
        component: 0,
        arguments: [
          { name: "thing", sort: "type", index: 0 },
          { name: "make", sort: "function", index: 0 },
        ],
      },
      { kind: "alias-export", sort: "function", instance: 0, name: "make-again" },
      exported("find-again", "function", 1),
    ),
  );
  const [given] = read.imports;
  const [found] = read.exports;
  if (given?.type.kind !== "type" || found?.type.kind !== "function") throw new Error("they are");
  expect(found.type.type.result).toMatchObject({
    resource: { resource: (given.type.type as { resource: unknown }).resource },
  });
});

describe("a component that breaks a rule is rejected with the byte in question", () => {
  const text = library;
  const greet = func({ name: "string" }, "string");
  const record = type({ kind: "record", fields: [{ name: "x", type: "u8" }] });

  test.each<[string, string, readonly NewDefinition[]]>([
    // Indices
    ["a type that does not exist", "unknown type 3", [func({ a: 3 })]],
    ["a function type as a value type", "not a value type", [func({}), func({ a: 0 })]],
    ["a core function that does not exist", "unknown core function 0", [func({}), lift(0, 0)]],
    [
      "an outer alias of the outermost component",
      "goes up 1 levels",
      [{ kind: "alias-outer", sort: "type", count: 1, index: 0 }],
    ],
    [
      "an export that the instance does not have",
      'does not export "no"',
      [
        instanceType(),
        { kind: "import", name: "i", type: { kind: "instance", type: 0 } },
        { kind: "alias-export", sort: "function", instance: 0, name: "no" },
      ],
    ],
    // Types
    ["an empty record", "a record is empty", [type({ kind: "record", fields: [] })]],
    [
      "two fields with the same name",
      "is duplicated",
      [
        type({
          kind: "record",
          fields: [
            { name: "a-b", type: "u8" },
            { name: "AB", type: "u8" },
          ],
        }),
      ],
    ],
    [
      "a field whose name is not valid",
      "is not in kebab case",
      [type({ kind: "record", fields: [{ name: "a_b", type: "u8" }] })],
    ],
    [
      "33 flags",
      "more than 32 flags",
      [type({ kind: "flags", names: Array.from({ length: 33 }, (_, at) => `f${at}`) })],
    ],
    [
      "a borrow that is returned",
      "result contains a borrow",
      [importedResource("r"), type({ kind: "borrow", resource: 0 }), func({}, 1)],
    ],
    [
      "a stream of borrows",
      "a stream contains a borrow",
      [importedResource("r"), type({ kind: "borrow", resource: 0 }), type({ kind: "stream", element: 1 })],
    ],
    ["a map with floats for keys", "a map has keys", [type({ kind: "map", key: "f64", value: "u8" })]],
    [
      "a map with lists for keys",
      "a map has keys",
      [type({ kind: "list", element: "u8", length: undefined }), type({ kind: "map", key: 0, value: "u8" })],
    ],
    ["a stream of char", "its encoding is undefined", [type({ kind: "stream", element: "char" })]],
    ["a handle to a type that is not a resource", "not a resource", [record, type({ kind: "own", resource: 0 })]],
    ["a value that is too large", "bytes of memory or more", [type({ kind: "list", element: "u64", length: 2 ** 28 })]],
    [
      "a resource in a type",
      "cannot define a resource",
      [
        instanceType({
          kind: "type",
          type: { kind: "resource", destructor: undefined, async: false, callback: undefined },
        }),
      ],
    ],
    ["a destructor that returns a value", "cannot be a destructor", [...text, resource(2)]],
    // Names
    ["an invalid name", "has no valid name", [func({}), imported("Not_a_name", 0)]],
    [
      "an invalid version",
      "has no valid name",
      [instanceType(), { kind: "import", name: "a:b/c@1", type: { kind: "instance", type: 0 } }],
    ],
    ["two names that are too similar", "too similar to", [func({}), imported("a-b", 0), imported("A-B", 0)]],
    ["a method without a resource", "is a method whose first parameter", [func({}), imported("[method]r.m", 0)]],
    [
      "a method of another resource",
      "has a handle to s, not to r",
      [
        importedResource("r"),
        importedResource("s"),
        type({ kind: "borrow", resource: 1 }),
        func({ self: 2 }),
        imported("[method]r.m", 3),
      ],
    ],
    [
      "a static function without a resource",
      'needs the resource "r" next to it',
      [func({}), imported("[static]r.m", 0)],
    ],
    [
      "a constructor that makes nothing",
      "does not return own<r>",
      [importedResource("r"), func({}), imported("[constructor]r", 1)],
    ],
    [
      "a type with the name of a method",
      "its name is the name of a function",
      [importedResource("r"), importedResource("[method]r.m")],
    ],
    [
      "a record without a name in an import",
      "has no name among the imports",
      [record, func({ a: 0 }), imported("f", 1)],
    ],
    [
      "an exported type in an import",
      "has no name among the imports",
      [record, exported("rec", "type", 0), func({ a: 1 }), imported("f", 2)],
    ],
    [
      "an own resource in an import",
      "has no name among the imports",
      [resource(), type({ kind: "own", resource: 0 }), func({ a: 1 }), imported("f", 2)],
    ],
    // Lift and lower
    [
      "a lift to another core type",
      "expected (i32, i32) -> (i32)",
      [...text, greet, lift(2, 0, { memory: 0, realloc: 0 })],
    ],
    ["a lift without memory", "option memory is missing", [...text, greet, lift(1, 0)]],
    ["a lift without realloc", "option realloc is missing", [...text, greet, lift(1, 0, { memory: 0 })]],
    [
      "a realloc of another type",
      "cannot be the realloc: expected",
      [...text, greet, lift(1, 0, { memory: 0, realloc: 1 })],
    ],
    ["a realloc without memory", "realloc requires the option memory", [...text, greet, lift(1, 0, { realloc: 0 })]],
    [
      "a post-return of another type",
      "cannot be the post-return: expected",
      [...text, greet, lift(1, 0, { memory: 0, realloc: 0, postReturn: 2 })],
    ],
    [
      "a callback without async",
      "callback requires the option async",
      [...text, greet, lift(1, 0, { memory: 0, realloc: 0, callback: 2 })],
    ],
    [
      "an async lift of a function that is not async",
      "the lifted function is not async",
      [...text, greet, lift(1, 0, { memory: 0, realloc: 0, async: true })],
    ],
    [
      "a lower with post-return",
      "for lifted functions only",
      [...text, func({}), imported("f", 0), { kind: "lower", function: 0, options: options({ postReturn: 3 }) }],
    ],
    [
      "a lower without memory",
      "option memory is missing",
      [greet, imported("f", 0), { kind: "lower", function: 0, options: options() }],
    ],
    [
      "resource.new of an imported resource",
      "does not define",
      [importedResource("r"), { kind: "resource-new", resource: 0 }],
    ],
    [
      "a stream's built-in on a future",
      "not a stream",
      [type({ kind: "future", element: undefined }), { kind: "stream-new", type: 0 }],
    ],
    [
      "a read without memory",
      "option memory is missing",
      [type({ kind: "stream", element: "u8" }), { kind: "stream-read", type: 0, options: options({ async: true }) }],
    ],
    // Core instances
    [
      "a core import without an argument",
      'imports from "host", but no such argument is given',
      [
        importing("host", "log", { parameters: [], results: [] }),
        { kind: "core-instantiate", module: 0, arguments: [] },
      ],
    ],
    [
      "a core import that the instance does not export",
      "which does not export it",
      [
        importing("host", "log", { parameters: [], results: [] }),
        { kind: "core-bundle", exports: [] },
        { kind: "core-instantiate", module: 0, arguments: [{ name: "host", sort: "core-instance", index: 0 }] },
      ],
    ],
    [
      "a core import of another type",
      "expected the type (i64) -> (), found (i32) -> ()",
      [
        exporting({ log: [["i32"], []] }),
        { kind: "core-instantiate", module: 0, arguments: [] },
        importing("host", "log", { parameters: ["i64"], results: [] }),
        { kind: "core-instantiate", module: 1, arguments: [{ name: "host", sort: "core-instance", index: 0 }] },
      ],
    ],
    [
      "a core export of another sort",
      "is a memory, not a function",
      [...text, { kind: "alias-core-export", sort: "core-function", instance: 0, name: "memory" }],
    ],
    // Components in components
    [
      "an argument that is missing",
      '"thing" is missing',
      [passing, { kind: "instantiate", component: 0, arguments: [] }],
    ],
    [
      "a function of another resource",
      "a handle to a different resource",
      [
        importedResource("stone"),
        importedResource("wood"),
        type({ kind: "own", resource: 1 }),
        func({}, 2),
        imported("find", 3),
        passing,
        {
          kind: "instantiate",
          component: 0,
          arguments: [
            { name: "thing", sort: "type", index: 0 },
            { name: "make", sort: "function", index: 0 },
          ],
        },
      ],
    ],
    [
      "a resource of the enclosing component",
      "resources of the enclosing component",
      [resource(), nested({ kind: "alias-outer", sort: "type", count: 1, index: 0 })],
    ],
    [
      "an own resource that is not exported",
      "has no name among the exports",
      [
        ...text,
        resource(),
        type({ kind: "own", resource: 0 }),
        func({ n: "u32" }, 1),
        lift(2, 2),
        exported("f", "function", 0),
      ],
    ],
    [
      "an export that does not match its declared type",
      "does not match its declared type",
      [
        func({}),
        func({ a: "u8" }),
        imported("f", 0),
        { kind: "export", name: "g", sort: "function", index: 0, type: { kind: "function", type: 1 } },
      ],
    ],
  ])("%s", (_, why, definitions) => {
    let thrown: unknown;
    try {
      readComponent(componentOf(...definitions));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: "TENON_COMPONENT_INVALID", message: expect.stringContaining(why) });
    expect((thrown as Error).message).toMatch(/at byte 0x[0-9a-f]+\)$/);
  });
});

test.each<[string, readonly NewDefinition[]]>([
  ["threads", [{ kind: "unsupported", name: "thread.available-parallelism" }]],
  ["values", [{ kind: "import", name: "v", type: { kind: "value", type: "u8" } }]],
  ["a start function", [{ kind: "start", function: 0, arguments: [], results: 0 }]],
])("%s are rejected by name, because Tenon does not run them", (_, definitions) => {
  expect(() => readComponent(componentOf(...definitions))).toThrow(
    expect.objectContaining({ code: "TENON_COMPONENT_UNSUPPORTED" }),
  );
});

test("a core module that cannot be read is reported as malformed", () => {
  const bytes = componentBytes(section(1, [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...section(7, list([1, 0x61, 9, 0]))]));
  expect(() => readComponent(bytes)).toThrow(expect.objectContaining({ code: "TENON_BINARY_MALFORMED" }));
  expect(() => readComponent(bytes)).toThrow("invalid core module: ");
});

test("small components with huge types are rejected quickly", () => {
  const doubling: NewDefinition[] = [type({ kind: "tuple", items: ["u8", "u8"] })];
  for (let depth = 0; depth < 60; depth++) doubling.push(type({ kind: "tuple", items: [depth, depth] }));
  const components: NewDefinition[] = [
    componentType({ kind: "export", name: "r", type: { kind: "type", equals: undefined } }),
    { kind: "import", name: "c", type: { kind: "component", type: 0 } },
    ...Array.from({ length: 5000 }, (): NewDefinition => ({ kind: "instantiate", component: 0, arguments: [] })),
  ];
  for (const definitions of [doubling, components]) {
    const start = process.cpuUsage().user;
    expect(() => readComponent(componentOf(...definitions))).toThrow(
      expect.objectContaining({ code: "TENON_COMPONENT_INVALID" }),
    );
    expect(process.cpuUsage().user - start).toBeLessThan(2_000_000);
  }
});
