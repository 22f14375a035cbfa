import { expect, test } from "vitest";
import { readComponent } from "../binary/component/index.js";
import { componentOf, type NewDefinition } from "../binary/testing/component-encoder.mjs";
import {
  componentType,
  func,
  instanceType,
  kitchenSink,
  type NewDeclaration,
  type,
} from "../binary/testing/sample-components.mjs";
import { contractFromWit, contractToWit } from "../contract/index.js";
import { contractDifference } from "../contract/model/equal.js";
import { contractOfComponent, contractOfComponentType } from "./component-contract.js";

const without = (name: string) => name.startsWith("wasi:");
const read = (...definitions: readonly NewDefinition[]) => readComponent(componentOf(...definitions)).type;

/** What a binding generator leaves in a core module: a component that exports a world's type under its full name. */
function worldSection(name: string, ...declarations: readonly NewDeclaration[]): Uint8Array {
  const world = componentType(...declarations);
  if (world.kind !== "type") throw new Error("it is a type");
  return componentOf(
    componentType({ kind: "type", type: world.type }, { kind: "export", name, type: { kind: "component", type: 0 } }),
    { kind: "export", name: "world", sort: "type", index: 0, type: undefined },
  );
}

function inner(made: NewDefinition) {
  if (made.kind !== "type") throw new Error("it is a type");
  return { kind: "type", type: made.type } as const;
}

const world = worldSection(
  "demo:kit/kit@1.2.0",
  inner(
    instanceType(
      inner(
        type({
          kind: "record",
          fields: [
            { name: "x", type: "f64" },
            { name: "y-offset", type: "f64" },
          ],
        }),
      ),
      { kind: "export", name: "point", type: { kind: "type", equals: 0 } },
    ),
  ),
  { kind: "import", name: "demo:kit/types@1.2.0", type: { kind: "instance", type: 0 } },
  inner(instanceType({ kind: "export", name: "pollable", type: { kind: "type", equals: undefined } })),
  { kind: "import", name: "wasi:io/poll@0.2.0", type: { kind: "instance", type: 1 } },
  inner(
    instanceType(inner(func({ line: "string" })), {
      kind: "export",
      name: "write",
      type: { kind: "function", type: 0 },
    }),
  ),
  { kind: "import", name: "other:logs/sink@0.1.0", type: { kind: "instance", type: 2 } },
  { kind: "alias-export", sort: "type", instance: 0, name: "point" },
  inner(
    instanceType(
      { kind: "alias-outer", sort: "type", count: 1, index: 3 },
      { kind: "export", name: "point", type: { kind: "type", equals: 0 } },
      { kind: "export", name: "open-door", type: { kind: "type", equals: undefined } },
      inner(type({ kind: "own", resource: 2 })),
      inner(type({ kind: "borrow", resource: 2 })),
      inner(func({ at: 1 }, 3)),
      { kind: "export", name: "[constructor]open-door", type: { kind: "function", type: 5 } },
      inner(func({ self: 4, by: "s64" }, "u32")),
      { kind: "export", name: "[method]open-door.turn-by", type: { kind: "function", type: 6 } },
      inner(func({ other: 3 }, 3)),
      { kind: "export", name: "[static]open-door.merge", type: { kind: "function", type: 7 } },
      inner(type({ kind: "option", some: 1 })),
      inner(func({ name: "string" }, 8, true)),
      { kind: "export", name: "find-point", type: { kind: "function", type: 9 } },
    ),
  ),
  { kind: "export", name: "demo:kit/store@1.2.0", type: { kind: "instance", type: 4 } },
  inner(func({}, "string")),
  { kind: "export", name: "greet", type: { kind: "function", type: 5 } },
);

const wit = `package demo:kit@1.2.0;

interface types {
  record point { x: f64, y-offset: f64 }
}

interface store {
  use types.{point};
  resource open-door {
    constructor(at: point);
    turn-by: func(by: s64) -> u32;
    merge: static func(other: open-door) -> open-door;
  }
  find-point: async func(name: string) -> option<point>;
}

world kit {
  import other:logs/sink@0.1.0;
  export store;
  export greet: func() -> string;
}

package other:logs@0.1.0 {
  interface sink { write: func(line: string); }
}
`;

test("a world's type yields the same contract as its WIT text", () => {
  const found = contractOfComponentType(world, { without });
  expect(contractDifference(found, contractFromWit(wit, { world: "demo:kit/kit@1.2.0" }))).toBeUndefined();
});

test("a component's contract takes the package of the host, or of its exports without a host", () => {
  const component = read(
    instanceType(
      { kind: "export", name: "bucket", type: { kind: "type", equals: undefined } },
      inner(type({ kind: "own", resource: 0 })),
      inner(func({}, 1)),
      { kind: "export", name: "fill", type: { kind: "function", type: 2 } },
    ),
    { kind: "import", name: "demo:kit/buckets@1.0.0", type: { kind: "instance", type: 0 } },
  );
  const host = contractFromWit("package demo:kit@1.0.0; world outside { }");
  const known = contractOfComponent(component, { host, without });
  expect(known).toMatchObject({ id: "demo:kit/outside@1.0.0" });
  expect(known.imports.buckets).toMatchObject({ kind: "interface", members: { Bucket: { kind: "resource" } } });
  expect(known.imports.buckets).not.toHaveProperty("id");
  const unknown = contractOfComponent(component, { without });
  expect(unknown).toMatchObject({ id: "root:component" });
  expect(unknown.imports.buckets).toHaveProperty("id", "demo:kit/buckets@1.0.0");
  expect(contractToWit(unknown)).toContain("import demo:kit/buckets@1.0.0;");
  const exporting = read(...kitchenSink);
  expect(() => contractOfComponent(exporting, { host, without })).toThrow("the exported resource door");
});

const pollable = instanceType({ kind: "export", name: "pollable", type: { kind: "type", equals: undefined } });
const poll: NewDefinition = { kind: "import", name: "wasi:io/poll@0.2.0", type: { kind: "instance", type: 0 } };

test("an excluded interface comes back if its types are needed", () => {
  expect(contractOfComponent(read(pollable, poll), { without }).imports).toEqual({});
  const needing = read(
    pollable,
    poll,
    { kind: "alias-export", sort: "type", instance: 0, name: "pollable" },
    type({ kind: "own", resource: 1 }),
    func({}, 2),
    { kind: "import", name: "ready", type: { kind: "function", type: 3 } },
  );
  expect(Object.keys(contractOfComponent(needing, { without }).imports)).toEqual(["poll", "ready"]);
});

test.each<[string, readonly NewDefinition[]]>([
  ["error-context", [func({ e: "error-context" }), { kind: "import", name: "f", type: { kind: "function", type: 0 } }]],
  [
    "list<…, 4>",
    [
      type({ kind: "list", element: "u8", length: 4 }),
      func({ l: 0 }),
      { kind: "import", name: "f", type: { kind: "function", type: 1 } },
    ],
  ],
  [
    'the instance "i"',
    [
      instanceType(inner(instanceType()), { kind: "export", name: "i", type: { kind: "instance", type: 0 } }),
      { kind: "import", name: "outer", type: { kind: "instance", type: 0 } },
    ],
  ],
  ["SHOUT", [func({}), { kind: "import", name: "SHOUT", type: { kind: "function", type: 0 } }]],
])("%s is named as unsupported in contracts", (what, definitions) => {
  expect(() => contractOfComponent(read(...definitions), { without })).toThrow(
    expect.objectContaining({ code: "TENON_CONTRACT_UNSUPPORTED", message: expect.stringContaining(what) }),
  );
});

test("a section without a world is rejected", () => {
  expect(() => contractOfComponentType(componentOf(), { without })).toThrow(
    expect.objectContaining({ code: "TENON_COMPONENT_INVALID" }),
  );
});
