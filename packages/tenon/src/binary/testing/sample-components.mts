import type { CanonOptions, CoreFunctionType, TypeDeclaration, TypeDefinition, ValueType } from "../component/index.js";
import { list, module, name, section } from "./assembler.mjs";
import type { NewDefinition } from "./component-encoder.mjs";

/** Options of a canonical definition, with defaults. */
export function options(given: Partial<CanonOptions> = {}): CanonOptions {
  return {
    stringEncoding: "utf8",
    memory: undefined,
    realloc: undefined,
    postReturn: undefined,
    async: false,
    callback: undefined,
    ...given,
  };
}

export function func(
  parameters: Readonly<Record<string, ValueType>>,
  result?: ValueType,
  async = false,
): NewDefinition {
  const named = Object.entries(parameters).map(([each, type]) => ({ name: each, type }));
  return { kind: "type", type: { kind: "function", async, parameters: named, result } };
}

export function type(definition: TypeDefinition): NewDefinition {
  return { kind: "type", type: definition };
}

/** An instance type; its offsets do not matter. */
export function instanceType(...declarations: readonly NewDeclaration[]): NewDefinition {
  return type({ kind: "instance-type", declarations: declarations.map((each) => ({ ...each, offset: 0 })) as never });
}

export function componentType(...declarations: readonly NewDeclaration[]): NewDefinition {
  return type({ kind: "component-type", declarations: declarations.map((each) => ({ ...each, offset: 0 })) as never });
}

type WithoutOffset<T> = T extends unknown ? Omit<T, "offset"> : never;

/** A declaration as tests write it. */
export type NewDeclaration = WithoutOffset<TypeDeclaration>;

export function resource(destructor?: number): NewDefinition {
  return type({ kind: "resource", destructor, async: false, callback: undefined });
}

const coreTypes = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c } as const;
type CoreName = keyof typeof coreTypes;

/** A core module that exports functions of these types, a memory `memory` and nothing that runs. */
export function exporting(
  functions: Readonly<Record<string, readonly [readonly CoreName[], readonly CoreName[]]>>,
): NewDefinition {
  const entries = Object.entries(functions);
  const types = entries.map(([, [parameters, results]]) => [0x60, ...values(parameters), ...values(results)]);
  const bytes = module(
    section(1, list(...types)),
    section(3, list(...entries.map((_, index) => [index]))),
    section(5, list([0, 1])),
    section(7, list(...entries.map(([each], index) => [...name(each), 0, index]), [...name("memory"), 2, 0])),
    section(10, list(...entries.map(() => [3, 0, 0, 0x0b]))),
  );
  return { kind: "core-module", bytes };
}

/** A core module that imports one function. */
export function importing(
  from: string,
  what: string,
  { parameters, results }: Pick<CoreFunctionType, "parameters" | "results">,
): NewDefinition {
  const types = list([0x60, ...values(parameters as CoreName[]), ...values(results as CoreName[])]);
  const bytes = module(section(1, types), section(2, list([...name(from), ...name(what), 0, 0])));
  return { kind: "core-module", bytes };
}

function values(names: readonly CoreName[]): number[] {
  return list(...names.map((each) => [coreTypes[each]]));
}

/** The core of a string library: core functions 0 `realloc`, 1 `text` (pointer and length to pointer), 2 `number`. */
export const library: readonly NewDefinition[] = [
  exporting({
    realloc: [["i32", "i32", "i32", "i32"], ["i32"]],
    text: [["i32", "i32"], ["i32"]],
    number: [["i32"], ["i32"]],
    drop: [["i32"], []],
  }),
  { kind: "core-instantiate", module: 0, arguments: [] },
  { kind: "alias-core-export", sort: "core-memory", instance: 0, name: "memory" },
  { kind: "alias-core-export", sort: "core-function", instance: 0, name: "realloc" },
  { kind: "alias-core-export", sort: "core-function", instance: 0, name: "text" },
  { kind: "alias-core-export", sort: "core-function", instance: 0, name: "number" },
  { kind: "alias-core-export", sort: "core-function", instance: 0, name: "drop" },
];

/** A component with a bit of everything: types of every kind, resources, nested components, imports, lifts and lowers. */
export const kitchenSink: readonly NewDefinition[] = [
  ...library,
  // Types 0 to 2: an interface with a resource, imported; and its resource.
  instanceType(
    { kind: "export", name: "bucket", type: { kind: "type", equals: undefined } },
    { kind: "type", type: { kind: "borrow", resource: 0 } },
    { kind: "type", type: { kind: "function", async: false, parameters: [{ name: "self", type: 1 }], result: "u32" } },
    { kind: "export", name: "[method]bucket.size", type: { kind: "function", type: 2 } },
  ),
  { kind: "import", name: "demo:kit/buckets@1.0.0", type: { kind: "instance", type: 0 } },
  { kind: "alias-export", sort: "type", instance: 0, name: "bucket" },
  // Types 2 to 12: every kind of value.
  type({
    kind: "record",
    fields: [
      { name: "x", type: "f64" },
      { name: "y", type: "f64" },
    ],
  }),
  { kind: "export", name: "point", sort: "type", index: 2, type: undefined },
  type({
    kind: "variant",
    cases: [
      { name: "empty", type: undefined },
      { name: "at", type: 3 },
    ],
  }),
  { kind: "export", name: "shape", sort: "type", index: 4, type: undefined },
  type({ kind: "flags", names: ["read", "write"] }),
  { kind: "export", name: "rights", sort: "type", index: 6, type: undefined },
  type({ kind: "enum", names: ["red", "green"] }),
  { kind: "export", name: "colour", sort: "type", index: 8, type: undefined },
  type({ kind: "list", element: 5, length: undefined }),
  type({ kind: "option", some: "string" }),
  type({ kind: "result", ok: 11, err: 9 }),
  type({ kind: "tuple", items: ["bool", "char", 7] }),
  // Types 14 to 16: its own resource and handles.
  resource(3),
  { kind: "export", name: "door", sort: "type", index: 14, type: undefined },
  type({ kind: "own", resource: 15 }),
  type({ kind: "borrow", resource: 15 }),
  { kind: "resource-new", resource: 14 },
  { kind: "resource-rep", resource: 14 },
  { kind: "resource-drop", resource: 14, async: false },
  // Types 18 and further: functions, lifted and exported.
  func({ name: "string" }, "string"),
  { kind: "lift", core: 1, type: 18, options: options({ memory: 0, realloc: 0, postReturn: 3 }) },
  { kind: "export", name: "greet", sort: "function", index: 0, type: undefined },
  func({ shapes: 10 }, 12),
  { kind: "lift", core: 1, type: 19, options: options({ memory: 0, realloc: 0, stringEncoding: "utf16" }) },
  { kind: "export", name: "look", sort: "function", index: 2, type: undefined },
  func({ self: 17 }, 7),
  { kind: "lift", core: 2, type: 20, options: options() },
  { kind: "export", name: "[method]door.rights", sort: "function", index: 4, type: undefined },
  func({ number: "u32" }, 16),
  { kind: "lift", core: 2, type: 21, options: options() },
  { kind: "export", name: "[constructor]door", sort: "function", index: 6, type: undefined },
  // An import, lowered and passed to a module.
  func({ line: "string" }),
  { kind: "import", name: "log", type: { kind: "function", type: 22 } },
  { kind: "lower", function: 8, options: options({ memory: 0 }) },
  importing("host", "log", { parameters: ["i32", "i32"], results: [] }),
  { kind: "core-bundle", exports: [{ name: "log", sort: "core-function", index: 7 }] },
  { kind: "core-instantiate", module: 1, arguments: [{ name: "host", sort: "core-instance", index: 1 }] },
  // A nested component that re-exports its arguments.
  {
    kind: "component",
    component: {
      definitions: [
        { kind: "import", name: "thing", type: { kind: "type", equals: undefined } },
        type({ kind: "own", resource: 0 }),
        func({}, 1),
        { kind: "import", name: "make", type: { kind: "function", type: 2 } },
        { kind: "export", name: "thing", sort: "type", index: 0, type: undefined },
      ],
    },
  },
  func({}, 16),
  { kind: "import", name: "unused", type: { kind: "function", type: 22 } },
];
