import { componentOf, encodeComponent, type NewDefinition } from "../component-encoder.mjs";
import { componentType, func, instanceType, kitchenSink, options, type } from "../sample-components.mjs";

/** Components with every kind of definition. They are small, so that most changes hit something that matters. */
export function componentSeeds(): { name: string; bytes: Uint8Array }[] {
  const whole = componentOf(...kitchenSink);
  const nested: NewDefinition = { kind: "component", component: { definitions: kitchenSink } };
  return [
    { name: "component-whole", bytes: whole },
    { name: "component-async", bytes: componentOf(...asynchronous) },
    { name: "component-types", bytes: componentOf(...types) },
    { name: "component-nested", bytes: encodeComponent({ definitions: [...types, nested, nested] }) },
  ];
}

const asynchronous: readonly NewDefinition[] = [
  ...kitchenSink.slice(0, 7),
  type({ kind: "stream", element: "u8" }),
  type({ kind: "future", element: "string" }),
  func({ numbers: 0 }, "u64", true),
  { kind: "import", name: "add", type: { kind: "function", type: 2 } },
  { kind: "lower", function: 0, options: options({ memory: 0, async: true }) },
  { kind: "stream-new", type: 0 },
  { kind: "stream-read", type: 0, options: options({ memory: 0, async: true }) },
  { kind: "future-read", type: 1, options: options({ memory: 0, realloc: 0, async: true }) },
  { kind: "future-cancel-write", type: 1, async: false },
  { kind: "stream-drop-readable", type: 0 },
  { kind: "task-return", result: "string", options: options({ memory: 0 }) },
  { kind: "waitable-set-new" },
  { kind: "waitable-set-wait", cancellable: false, memory: 0 },
  { kind: "context-get", slot: 0 },
  { kind: "error-context-new", options: options({ memory: 0 }) },
];

const types: readonly NewDefinition[] = [
  componentType(
    { kind: "import", name: "r", type: { kind: "type", equals: undefined } },
    { kind: "type", type: { kind: "own", resource: 0 } },
    { kind: "type", type: { kind: "function", async: false, parameters: [], result: 1 } },
    { kind: "export", name: "make", type: { kind: "function", type: 2 } },
    { kind: "export", name: "s", type: { kind: "type", equals: undefined } },
  ),
  { kind: "import", name: "factory", type: { kind: "component", type: 0 } },
  { kind: "import", name: "stone", type: { kind: "type", equals: undefined } },
  { kind: "instantiate", component: 0, arguments: [{ name: "r", sort: "type", index: 1 }] },
  { kind: "alias-export", sort: "type", instance: 0, name: "s" },
  { kind: "alias-export", sort: "function", instance: 0, name: "make" },
  { kind: "bundle", exports: [{ name: "made", sort: "function", index: 0 }] },
  { kind: "export", name: "kept", sort: "instance", index: 1, type: undefined },
  instanceType(
    { kind: "type", type: { kind: "enum", names: ["a", "b"] } },
    { kind: "export", name: "e", type: { kind: "type", equals: 0 } },
    { kind: "alias-outer", sort: "type", count: 1, index: 1 },
    { kind: "export", name: "t", type: { kind: "type", equals: 2 } },
  ),
  { kind: "import", name: "demo:kit/types@0.1.0", type: { kind: "instance", type: 3 } },
  {
    kind: "core-type",
    type: {
      kind: "core-module",
      declarations: [
        { kind: "type", type: { kind: "core-function", parameters: ["i32"], results: ["i64"] }, offset: 0 },
        { kind: "import", module: "a", name: "b", external: { kind: "function", type: 0 }, offset: 0 },
        { kind: "export", name: "c", external: { kind: "global", value: "i32", mutable: true }, offset: 0 },
      ],
    },
  },
  { kind: "import", name: "code", type: { kind: "core-module", type: 0 } },
];
