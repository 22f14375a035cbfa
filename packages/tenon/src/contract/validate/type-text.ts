import type { FunctionType, Type } from "../model/model.js";

/** Returns a type as WIT writes it: `list<option<string>>`. A named type is only its name. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case "list":
      return `list<${typeText(type.element)}>`;
    case "option":
      return `option<${typeText(type.some)}>`;
    case "result":
      if (type.err !== undefined)
        return `result<${type.ok === undefined ? "_" : typeText(type.ok)}, ${typeText(type.err)}>`;
      return type.ok === undefined ? "result" : `result<${typeText(type.ok)}>`;
    case "tuple":
      return `tuple<${type.items.map(typeText).join(", ")}>`;
    case "map":
      return `map<${typeText(type.key)}, ${typeText(type.value)}>`;
    case "recursive":
      return type.target.name;
    case "record":
    case "variant":
    case "enum":
    case "flags":
      return type.name;
    case "own":
      return type.resource.name;
    case "borrow":
      return `borrow<${type.resource.name}>`;
    case "stream":
      return type.element === undefined ? "stream" : `stream<${typeText(type.element)}>`;
    case "future":
      return type.value === undefined ? "future" : `future<${typeText(type.value)}>`;
    default:
      return type.kind;
  }
}

/** Returns a function's type as WIT writes it: `func(name: string) -> string`. */
export function functionText(type: FunctionType): string {
  const parameters = type.parameters.map((parameter) => `${parameter.name}: ${typeText(parameter.type)}`).join(", ");
  return `${type.async ? "async " : ""}func(${parameters})${type.result === undefined ? "" : ` -> ${typeText(type.result)}`}`;
}
