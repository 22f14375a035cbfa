import fc from "fast-check";
import { expect, test } from "vitest";
import { component, list, name, section } from "../../testing/assembler.mjs";
import { componentOf, encodeComponent } from "../../testing/component-encoder.mjs";
import { kitchenSink } from "../../testing/sample-components.mjs";
import { decodeComponent } from "../index.js";

const malformed = expect.objectContaining({ code: "TENON_BINARY_MALFORMED" });
const unsupported = expect.objectContaining({ code: "TENON_COMPONENT_UNSUPPORTED" });

test("a definition is read as it was written, with its offset", () => {
  const bytes = componentOf(...kitchenSink);
  const { definitions } = decodeComponent(bytes);
  expect(definitions.map(({ kind }) => kind)).toEqual(kitchenSink.map(({ kind }) => kind));
  expect(encodeComponent({ definitions })).toEqual(bytes);
  const offsets = definitions.map(({ offset }) => offset);
  expect(offsets).toEqual([...offsets].sort((one, other) => one - other));
});

test("every value type is read as it was written", () => {
  const valueType = fc.oneof(
    fc.constantFrom("bool" as const, "u64" as const, "string" as const, "error-context" as const),
    fc.nat({ max: 2 ** 31 }),
  );
  const maybe = fc.option(valueType, { nil: undefined });
  const named = fc.record({ name: fc.string(), type: valueType });
  const definition = fc.oneof(
    fc.record({ kind: fc.constant("record" as const), fields: fc.array(named) }),
    fc.record({ kind: fc.constant("map" as const), key: valueType, value: valueType }),
    fc.record({ kind: fc.constant("tuple" as const), items: fc.array(valueType) }),
    fc.record({
      kind: fc.constant("list" as const),
      element: valueType,
      length: fc.option(fc.nat(), { nil: undefined }),
    }),
    fc.record({ kind: fc.constant("result" as const), ok: maybe, err: maybe }),
    fc.record({ kind: fc.constantFrom("stream" as const, "future" as const), element: maybe }),
    fc.record({ kind: fc.constantFrom("own" as const, "borrow" as const), resource: fc.nat() }),
    fc.record({
      kind: fc.constant("function" as const),
      async: fc.boolean(),
      parameters: fc.array(named),
      result: maybe,
    }),
  );
  fc.assert(
    fc.property(definition, (type) => {
      const [read] = decodeComponent(componentOf({ kind: "type", type })).definitions;
      expect(read).toMatchObject({ kind: "type", type });
    }),
  );
});

test.each([
  ["another version", new Uint8Array([0, 0x61, 0x73, 0x6d, 12, 0, 1, 0])],
  ["a core module", new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])],
  ["a preamble cut short", new Uint8Array([0, 0x61, 0x73, 0x6d, 13])],
  ["an unknown section", component(section(13, []))],
  ["a section longer than its content", component(section(7, [...list([0x7f]), 0]))],
  ["more entries than bytes", component(section(7, [0x7f, 0x7f]))],
  ["an unknown type", component(section(7, list([0x6c])))],
  ["an unknown value type", component(section(7, list([0x70, 0x7f - 20])))],
  ["named results", component(section(7, list([0x40, 0, 1, 1])))],
  ["a case that refines", component(section(7, list([0x71, ...list([...name("a"), 0, 1])])))],
  ["an option that is given twice", component(section(8, list([0, 0, 0, ...list([3, 0], [3, 0]), 0])))],
  ["an unknown option", component(section(8, list([0, 0, 0, ...list([10]), 0])))],
  ["an unknown canonical definition", component(section(8, list([0x3f])))],
  ["an alias of a core item of an instance", component(section(6, list([0, 0, 0, 0, ...name("a")])))],
  ["a name that is not UTF-8", component(section(10, list([0, 1, 0xff, 1, 0])))],
  ["an unknown form of names", component(section(10, list([3, ...name("a"), 1, 0])))],
  ["an import in an instance's type", component(section(7, list([0x42, ...list([3, 0, ...name("a"), 1, 0])])))],
])("%s is malformed", (_, bytes) => {
  expect(() => decodeComponent(bytes)).toThrow(malformed);
});

test("the nesting of components and types is limited", () => {
  let bytes = component();
  for (let depth = 0; depth < 200; depth++) bytes = component(section(4, [...bytes]));
  expect(() => decodeComponent(bytes)).toThrow("nested more than 100 levels deep");
  let type = [0x7f];
  for (let depth = 0; depth < 200; depth++) type = [0x42, ...list([1, ...type])];
  expect(() => decodeComponent(component(section(7, list(type))))).toThrow("nested more than 100 levels deep");
});

test.each([
  ["values", component(section(12, []))],
  ["garbage-collected memory", component(section(8, list([0, 0, 0, ...list([9]), 0])))],
  ["a name for another interface", component(section(10, list([2, ...name("a"), 1, 0, ...name("b:c/d"), 5, 0])))],
])("%s are known and not run", (_, bytes) => {
  expect(() => decodeComponent(bytes)).toThrow(unsupported);
});

test("older and newer forms of names are read alike", () => {
  const names = decodeComponent(
    component(section(10, list([1, ...name("a:b/c"), 1, 0], [2, ...name("a:b/c@1"), 1, 1, ...name(".2.3"), 1, 0]))),
  ).definitions.map((definition) => definition.kind === "import" && definition.name);
  expect(names).toEqual(["a:b/c", "a:b/c@1.2.3"]);
});
