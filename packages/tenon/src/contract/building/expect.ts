import { definitionInvalid } from "../../errors/factories/contract.js";
import { composites, type FunctionType, type Item, primitives, type ResourceType, type Type } from "../model/model.js";
import { describe } from "../validate/explain.js";

/**
 * Checks of what `t` and `contract()` were given. TypeScript finds most of these mistakes; a program in JavaScript learns
 * here where its contract is wrong, at the line that made the type.
 */

const typeKinds: ReadonlySet<unknown> = new Set<Type["kind"]>([...primitives, ...composites]);

/** @param where what is checked: `t.list(): element`. */
export function expectType(value: unknown, where: string): asserts value is Type {
  if (typeKinds.has(kindOf(value))) return;
  const fix =
    kindOf(value) === "resource"
      ? "An object of a resource is passed as t.own(…) or t.borrow(…)."
      : isObject(value) && Object.values(value).some((item) => typeKinds.has(kindOf(item)))
        ? 'A record has a name: t.record("name", { … }).'
        : undefined;
  throw definitionInvalid(where, "a type, such as t.string", found(value), fix);
}

/** A type, or nothing. */
export function expectOptionalType(value: unknown, where: string): asserts value is Type | undefined {
  if (value !== undefined) expectType(value, where);
}

export function expectName(value: unknown, where: string): asserts value is string {
  if (typeof value !== "string") throw definitionInvalid(where, "a string", found(value));
}

export function expectNames(value: unknown, where: string): asserts value is readonly string[] {
  if (!Array.isArray(value)) throw definitionInvalid(where, "a list of strings", found(value));
  for (const [index, item] of value.entries()) expectName(item, `${where} ${index + 1}`);
}

export function expectObject(value: unknown, where: string, holds: string): void {
  if (!isObject(value)) throw definitionInvalid(where, `an object of ${holds}`, found(value));
}

export function expectResource(value: unknown, where: string): asserts value is ResourceType {
  if (kindOf(value) !== "resource") throw definitionInvalid(where, "a resource", found(value));
}

export function expectFunction(value: unknown, where: string): asserts value is FunctionType {
  if (kindOf(value) !== "function") throw notDeclared(value, where, "a function");
}

export function expectFunctions(value: unknown, where: string): void {
  expectObject(value, where, "functions");
  for (const [name, type] of entries(value)) expectFunction(type, `${where}.${name}`);
}

/** The parameters of a function: pairs of a name and a type. */
export function expectParameters(value: unknown, where: string): void {
  if (!Array.isArray(value))
    throw definitionInvalid(where, 'a list of parameters, such as [["name", t.string]]', found(value));
  for (const [index, pair] of value.entries()) {
    const at = `${where}: parameter ${index + 1}`;
    if (!Array.isArray(pair)) throw definitionInvalid(at, 'a name and a type, such as ["name", t.string]', found(pair));
    expectName(pair[0], `${at}: name`);
    expectType(pair[1], `${where}: parameter "${pair[0]}"`);
  }
}

/** The members of an interface. */
export function expectMembers(value: unknown, where: string): void {
  expectObject(value, where, "functions and resources");
  for (const [name, item] of entries(value))
    if (kindOf(item) !== "resource" && kindOf(item) !== "function")
      throw notDeclared(item, `${where}: ${name}`, "a function or a resource");
}

/** The imports or exports of a contract. */
export function expectItems(value: unknown, where: string): void {
  expectObject(value, where, "functions, interfaces and resources");
  for (const [name, item] of entries(value)) if (!isItem(item)) throw notAnItem(item, `${where}.${name}`, name);
}

/** Options, by the names of those that exist. */
export function expectOptions(value: unknown, where: string, names: readonly string[]): void {
  if (value === undefined) return;
  if (!isObject(value)) throw definitionInvalid(where, `an object with ${list(names)}`, found(value));
  for (const name of Object.keys(value))
    if (!names.includes(name)) throw definitionInvalid(where, list(names), `"${name}"`);
}

function notAnItem(value: unknown, where: string, name: string): Error {
  const members = isObject(value) ? Object.values(value) : [];
  if (members.length > 0 && members.every(isItem))
    return definitionInvalid(where, "an interface", "an object of functions", `Write ${name}: t.interface({ … }).`);
  return notDeclared(value, where, "a function, an interface or a resource");
}

function notDeclared(value: unknown, where: string, expected: string): Error {
  const fix =
    typeof value === "function"
      ? "A contract declares functions and holds no code: t.func([], t.string)."
      : typeKinds.has(kindOf(value))
        ? "Values are passed by functions: t.func([], t.string)."
        : undefined;
  return definitionInvalid(where, expected, found(value), fix);
}

function isItem(value: unknown): value is Item {
  const kind = kindOf(value);
  return (
    kind === "function" ||
    kind === "resource" ||
    (kind === "interface" && isObject((value as Item & { members: unknown }).members))
  );
}

/** How messages call what was given instead. */
export function found(value: unknown): string {
  const kind = kindOf(value);
  if (typeof kind !== "string") return describe(value);
  if (kind === "function") return "t.func(…)";
  return (primitives as readonly string[]).includes(kind) ? `t.${kind}` : `t.${kind.slice(0, 20)}(…)`;
}

function kindOf(value: unknown): unknown {
  return isObject(value) ? value.kind : undefined;
}

function entries(value: unknown): [string, unknown][] {
  return Object.entries(value as object);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(names: readonly string[]): string {
  return names.length === 1
    ? `"${names[0]}"`
    : `${names
        .slice(0, -1)
        .map((name) => `"${name}"`)
        .join(", ")} or "${names.at(-1)}"`;
}
