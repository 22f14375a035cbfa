import { expect, test } from "vitest";
import { readComponent } from "../../../binary/component/index.js";
import { componentOf, type NewDefinition } from "../../../binary/testing/component-encoder.mjs";
import { exporting } from "../../../binary/testing/sample-components.mjs";
import { instantiationsOf } from "./instantiations.js";

const made = (module: number): NewDefinition => ({ kind: "core-instantiate", module, arguments: [] });
const nested = (...definitions: readonly NewDefinition[]): NewDefinition => ({
  kind: "component",
  component: { definitions },
});
const instance = (component: number): NewDefinition => ({ kind: "instantiate", component, arguments: [] });
const outer = (sort: "core-module" | "component", count: number, index: number): NewDefinition => ({
  kind: "alias-outer",
  sort,
  count,
  index,
});

function counts(...definitions: readonly NewDefinition[]): readonly number[] {
  const { component } = readComponent(componentOf(...definitions));
  return [...instantiationsOf(component).values()].sort((one, other) => one - other);
}

test("a module is counted as often as it is instantiated", () => {
  expect(counts(exporting({}))).toEqual([]);
  expect(counts(exporting({}), made(0), made(0), exporting({}), made(1))).toEqual([1, 2]);
});

test("the modules of a nested component are counted each time it is instantiated", () => {
  const inner = nested(exporting({}), made(0), made(0));
  expect(counts(inner)).toEqual([]);
  expect(counts(inner, instance(0), instance(0), instance(0))).toEqual([6]);
  expect(counts(nested(inner, instance(0), instance(0)), instance(0), instance(0))).toEqual([8]);
});

test("modules and components of an enclosing component are counted", () => {
  expect(counts(exporting({}), nested(outer("core-module", 1, 0), made(0)), instance(0), instance(0), made(0))).toEqual(
    [3],
  );
  const inner = nested(exporting({}), made(0));
  expect(counts(inner, nested(outer("component", 1, 0), instance(0), instance(0)), instance(1))).toEqual([2]);
});

test("counting stops for components that instantiate too many others", () => {
  let deep = nested(exporting({}), made(0));
  for (let depth = 0; depth < 12; depth++) {
    deep = nested(deep, ...Array.from({ length: 10 }, () => instance(0)));
  }
  const [count] = counts(deep, instance(0));
  expect(count).toBeGreaterThan(10_000);
});
