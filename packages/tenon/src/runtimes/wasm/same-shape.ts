import type { FunctionType, Type } from "../../contract/core.js";

/**
 * Whether two functions have the same type in a component's binary form: it compares the structure and the names of fields
 * and cases, but not the names of types and parameters. All resources count as equal.
 */
export function sameFunctionShape(one: FunctionType, other: FunctionType): boolean {
  return (
    sameList(one.parameters, other.parameters, (a, b) => sameShape(a.type, b.type)) &&
    sameMaybe(one.result, other.result)
  );
}

function sameShape(one: Type, other: Type): boolean {
  if (one.kind !== other.kind) return false;
  switch (one.kind) {
    case "list":
      return sameShape(one.element, (other as typeof one).element);
    case "option":
      return sameShape(one.some, (other as typeof one).some);
    case "result":
      return sameMaybe(one.ok, (other as typeof one).ok) && sameMaybe(one.err, (other as typeof one).err);
    case "tuple":
      return sameList(one.items, (other as typeof one).items, sameShape);
    case "record":
      return sameList(one.fields, (other as typeof one).fields, sameNamed);
    case "variant":
      return sameList(one.cases, (other as typeof one).cases, sameNamed);
    case "enum":
      return sameList(one.cases, (other as typeof one).cases, (a, b) => a.name === b.name);
    case "flags":
      return sameList(one.flags, (other as typeof one).flags, (a, b) => a.name === b.name);
    case "stream":
      return sameMaybe(one.element, (other as typeof one).element);
    case "future":
      return sameMaybe(one.value, (other as typeof one).value);
    default:
      return true;
  }
}

interface Named {
  readonly name: string;
  readonly type?: Type | undefined;
}

function sameNamed(one: Named, other: Named): boolean {
  return one.name === other.name && sameMaybe(one.type, other.type);
}

function sameMaybe(one: Type | undefined, other: Type | undefined): boolean {
  return one === undefined || other === undefined ? one === other : sameShape(one, other);
}

function sameList<T>(one: readonly T[], other: readonly T[], same: (a: T, b: T) => boolean): boolean {
  return one.length === other.length && one.every((item, index) => same(item, other[index]!));
}
