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
  // A list of the very type that has the name.
  expect(look.type.parameters[0]?.type).toMatchObject({ kind: "list", element: shape.type });
  const door = byName.get("door");
  const made = byName.get("[constructor]door");
  if (door?.kind !== "type" || door.type.kind !== "resource" || made?.kind !== "function") throw new Error("both are");
  expect(made.type.result).toMatchObject({ kind: "own", resource: { resource: door.type.resource } });
});

test("each import of one type of instances has a resource of its own", () => {
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

/** A component that takes a resource and gives it back, with a record of it. */
const passing = nested(
  importedResource("thing"),
  type({ kind: "own", resource: 0 }),
  func({}, 1),
  imported("make", 2),
  exported("make-again", "function", 0),
);

test("a component's result is of the resources that it is given", () => {
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

describe("what breaks a rule is refused, with the byte", () => {
  const text = library;
  const greet = func({ name: "string" }, "string");
  const record = type({ kind: "record", fields: [{ name: "x", type: "u8" }] });

  test.each<[string, string, readonly NewDefinition[]]>([
    // Indices
    ["a type that is not there", "there is no type 3", [func({ a: 3 })]],
    ["a function's type as a value's", "where a type of values is needed", [func({}), func({ a: 0 })]],
    ["a core function that is not there", "there is no core function 0", [func({}), lift(0, 0)]],
    [
      "a component around the outermost",
      "no 1 components around",
      [{ kind: "alias-outer", sort: "type", count: 1, index: 0 }],
    ],
    [
      "an instance's export that it lacks",
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
      "two fields of one name",
      "is there twice",
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
      "a field that is no name",
      "no name in kebab case",
      [type({ kind: "record", fields: [{ name: "a_b", type: "u8" }] })],
    ],
    [
      "33 flags",
      "more than 32 flags",
      [type({ kind: "flags", names: Array.from({ length: 33 }, (_, at) => `f${at}`) })],
    ],
    [
      "a borrow that is answered",
      "result holds a borrow",
      [importedResource("r"), type({ kind: "borrow", resource: 0 }), func({}, 1)],
    ],
    [
      "a stream of borrows",
      "a stream holds a borrow",
      [importedResource("r"), type({ kind: "borrow", resource: 0 }), type({ kind: "stream", element: 1 })],
    ],
    ["a stream of char", "no encoding", [type({ kind: "stream", element: "char" })]],
    ["a handle of no resource", "not a resource", [record, type({ kind: "own", resource: 0 })]],
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
    ["a destructor that answers", "cannot be a destructor", [...text, resource(2)]],
    // Names
    ["a name that is none", "has no valid name", [func({}), imported("Not_a_name", 0)]],
    [
      "a version that is none",
      "has no valid name",
      [instanceType(), { kind: "import", name: "a:b/c@1", type: { kind: "instance", type: 0 } }],
    ],
    ["two names that are too much alike", "too much like", [func({}), imported("a-b", 0), imported("A-B", 0)]],
    ["a method without a resource", "is a method whose first parameter", [func({}), imported("[method]r.m", 0)]],
    [
      "a method of another resource",
      "has a handle of s, not of r",
      [
        importedResource("r"),
        importedResource("s"),
        type({ kind: "borrow", resource: 1 }),
        func({ self: 2 }),
        imported("[method]r.m", 3),
      ],
    ],
    ["a static function of no resource", 'no resource "r" beside it', [func({}), imported("[static]r.m", 0)]],
    [
      "a constructor that makes nothing",
      "does not answer own<r>",
      [importedResource("r"), func({}), imported("[constructor]r", 1)],
    ],
    [
      "a type named as a method",
      "where its name says a function",
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
      "wants (i32, i32) -> (i32)",
      [...text, greet, lift(2, 0, { memory: 0, realloc: 0 })],
    ],
    ["a lift without memory", "option memory is missing", [...text, greet, lift(1, 0)]],
    ["a lift without realloc", "option realloc is missing", [...text, greet, lift(1, 0, { memory: 0 })]],
    ["a realloc of another type", "as realloc it needs", [...text, greet, lift(1, 0, { memory: 0, realloc: 1 })]],
    ["a realloc without memory", "realloc is there without memory", [...text, greet, lift(1, 0, { realloc: 0 })]],
    [
      "a post-return of another type",
      "as post-return it needs",
      [...text, greet, lift(1, 0, { memory: 0, realloc: 0, postReturn: 2 })],
    ],
    [
      "a callback without async",
      "callback is there without async",
      [...text, greet, lift(1, 0, { memory: 0, realloc: 0, callback: 2 })],
    ],
    [
      "an async lift of a function that is not",
      "not async is lifted",
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
      "a core import that is not given",
      'imports from "host", which it is not given',
      [
        importing("host", "log", { parameters: [], results: [] }),
        { kind: "core-instantiate", module: 0, arguments: [] },
      ],
    ],
    [
      "a core import that the instance lacks",
      "which lacks it",
      [
        importing("host", "log", { parameters: [], results: [] }),
        { kind: "core-bundle", exports: [] },
        { kind: "core-instantiate", module: 0, arguments: [{ name: "host", sort: "core-instance", index: 0 }] },
      ],
    ],
    [
      "a core import of another type",
      "it has the type (i32) -> ()",
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
      "a handle of another resource",
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
      "a resource of the component around",
      "resources of the component around",
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
      "an export that is not what it is said to be",
      "not what it is said to be",
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
])("%s are refused by name, as Tenon does not run them", (_, definitions) => {
  expect(() => readComponent(componentOf(...definitions))).toThrow(
    expect.objectContaining({ code: "TENON_COMPONENT_UNSUPPORTED" }),
  );
});

test("a core module that cannot be read is malformed, and so named", () => {
  const bytes = componentBytes(section(1, [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...section(7, list([1, 0x61, 9, 0]))]));
  expect(() => readComponent(bytes)).toThrow(expect.objectContaining({ code: "TENON_BINARY_MALFORMED" }));
  expect(() => readComponent(bytes)).toThrow("a core module cannot be read");
});

test("types that are small in bytes and vast in meaning are refused soon", () => {
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
