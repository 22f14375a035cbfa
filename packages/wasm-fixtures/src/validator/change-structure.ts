import type { Component } from "../../../tenon/src/binary/component/index.js";
import type { Random } from "../../../tenon/src/binary/testing/fuzz/random.mjs";

type Node = Record<string, unknown> | unknown[];

const sorts = ["function", "type", "component", "instance", "core-module"];
const primitives = ["bool", "s8", "u8", "u16", "u32", "s64", "f32", "f64", "char", "string", "error-context"];
/** Definitions with the same structure. */
const alike = [
  ["own", "borrow"],
  ["flags", "enum"],
  ["stream", "future"],
  ["resource-new", "resource-rep"],
  ["component-type", "instance-type"],
];
const optional = new Set(["memory", "realloc", "postReturn", "callback", "destructor", "equals"]);
const typed = new Set(["element", "some", "ok", "err", "result", "type"]);

/** Returns a copy of a component with one or two changes in its definitions: another index, sort, name or type, or another order. */
export function changedStructure(component: Component, random: Random): Component {
  const copy = copyOf(component) as Component;
  const nodes: Node[] = [];
  collect(copy, nodes);
  const names = [
    ...new Set(nodes.flatMap((node) => ("name" in node && typeof node.name === "string" ? node.name : []))),
  ];
  let changes = random.oneIn(3) ? 2 : 1;
  for (let attempt = 0; changes > 0 && attempt < 50; attempt++)
    if (change(random.pick(nodes), names, random)) changes--;
  return copy;
}

function change(node: Node, names: readonly string[], random: Random): boolean {
  if (Array.isArray(node)) return changeList(node, random);
  const key = random.pick(Object.keys(node).filter((each) => each !== "offset" && each !== "bytes"));
  const next = key === undefined ? undefined : changedValue(key, node[key], names, random);
  if (key === undefined || next === undefined) return false;
  node[key] = next.value;
  return true;
}

function changeList(list: unknown[], random: Random): boolean {
  if (list.length === 0) return false;
  const [one, other] = [random.below(list.length), random.below(list.length)];
  if (random.oneIn(3)) list.splice(one, 1);
  else if (random.oneIn(2)) list.splice(other, 0, copyOf(list[one]));
  else [list[one], list[other]] = [list[other], list[one]];
  return true;
}

function changedValue(
  key: string,
  value: unknown,
  names: readonly string[],
  random: Random,
): { readonly value: unknown } | undefined {
  if (key === "kind") {
    const others = alike.find((kinds) => kinds.includes(value as string));
    return others && { value: random.pick(others) };
  }
  if (key === "sort") return { value: random.pick(sorts) };
  if (key === "stringEncoding") return { value: random.pick(["utf8", "utf16", "latin1+utf16"]) };
  if (optional.has(key) && (value === undefined || random.oneIn(2)))
    return { value: value === undefined ? random.below(20) : undefined };
  if (typed.has(key) && typeof value !== "object" && random.oneIn(2))
    return { value: random.oneIn(2) ? random.pick(primitives) : random.below(30) };
  if (typeof value === "number")
    return { value: random.oneIn(3) ? random.below(30) : Math.max(0, value + random.pick([1, -1, 2, -2])) };
  if (typeof value === "boolean") return { value: !value };
  return typeof value === "string" ? { value: changedName(value, names, random) } : undefined;
}

function changedName(name: string, names: readonly string[], random: Random): string {
  const makes = [
    () => name.toUpperCase(),
    () => `${name}-x`,
    () => name.slice(1),
    () => name.replace("-", ""),
    () => `[method]${name}`,
    () => random.pick(names),
    () => random.pick(names),
  ];
  return random.pick(makes)();
}

function collect(value: unknown, nodes: Node[]): void {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  nodes.push(value as Node);
  for (const inner of Object.values(value)) collect(inner, nodes);
}

function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyOf(inner)]));
}
