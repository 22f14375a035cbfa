import type { FunctionType, Type } from "../../../contract/core.js";
import { componentForm } from "../../../contract/model/component-form.js";

/**
 * Whether two functions have the same type in a component's binary form: it compares the structure and the names of fields
 * and cases, but not the names of types and parameters. All resources count as equal, and a map is a list of pairs.
 */
export function functionTypesEqual(one: FunctionType, other: FunctionType): boolean {
  return (
    listsEqual(one.parameters, other.parameters, (a, b) => typesEqual(a.type, b.type)) &&
    optionalEqual(one.result, other.result)
  );
}

const compared = new WeakMap<Type, WeakMap<Type, boolean>>();

function typesEqual(one: Type, other: Type): boolean {
  if (one === other) return true;
  let answers = compared.get(one);
  if (answers === undefined) compared.set(one, (answers = new WeakMap()));
  let answer = answers.get(other);
  if (answer === undefined) {
    answer = structuresEqual(one, other);
    answers.set(other, answer);
  }
  return answer;
}

function structuresEqual(first: Type, second: Type): boolean {
  const [one, other] = [componentForm(first), componentForm(second)];
  if (one.kind !== other.kind) return false;
  switch (one.kind) {
    case "list":
      return typesEqual(one.element, (other as typeof one).element);
    case "option":
      return typesEqual(one.some, (other as typeof one).some);
    case "result":
      return optionalEqual(one.ok, (other as typeof one).ok) && optionalEqual(one.err, (other as typeof one).err);
    case "tuple":
      return listsEqual(one.items, (other as typeof one).items, typesEqual);
    case "record":
      return listsEqual(one.fields, (other as typeof one).fields, namedEqual);
    case "variant":
      return listsEqual(one.cases, (other as typeof one).cases, namedEqual);
    case "enum":
      return listsEqual(one.cases, (other as typeof one).cases, (a, b) => a.name === b.name);
    case "flags":
      return listsEqual(one.flags, (other as typeof one).flags, (a, b) => a.name === b.name);
    case "stream":
      return optionalEqual(one.element, (other as typeof one).element);
    case "future":
      return optionalEqual(one.value, (other as typeof one).value);
    default:
      return true;
  }
}

interface Named {
  readonly name: string;
  readonly type?: Type | undefined;
}

function namedEqual(one: Named, other: Named): boolean {
  return one.name === other.name && optionalEqual(one.type, other.type);
}

function optionalEqual(one: Type | undefined, other: Type | undefined): boolean {
  return one === undefined || other === undefined ? one === other : typesEqual(one, other);
}

function listsEqual<T>(one: readonly T[], other: readonly T[], same: (a: T, b: T) => boolean): boolean {
  return one.length === other.length && one.every((item, index) => same(item, other[index]!));
}
