import type { FunctionSyntax, TypeExpression } from "./ast.js";
import { docsLines } from "./documentation.js";
import { keywords } from "./keywords.js";

/** Prints a name. A keyword gets its `%`. */
export function printName(name: string): string {
  return keywords.has(name) ? `%${name}` : name;
}

/** Prints a type: `result<list<u8>, errno>`. */
export function printType(type: TypeExpression): string {
  switch (type.kind) {
    case "list":
      return `list<${printType(type.element)}${type.length === undefined ? "" : `, ${type.length}`}>`;
    case "option":
      return `option<${printType(type.some)}>`;
    case "result":
      return `result${printResultSides(type.ok, type.err)}`;
    case "tuple":
      return `tuple<${type.items.map(printType).join(", ")}>`;
    case "map":
      return `map<${printType(type.key)}, ${printType(type.value)}>`;
    case "stream":
      return type.element === undefined ? "stream" : `stream<${printType(type.element)}>`;
    case "future":
      return type.value === undefined ? "future" : `future<${printType(type.value)}>`;
    case "own":
    case "borrow":
      return `${type.kind}<${printName(type.resource.name)}>`;
    case "name":
      return printName(type.name.name);
    default:
      return type.kind;
  }
}

function printResultSides(ok: TypeExpression | undefined, err: TypeExpression | undefined): string {
  if (err !== undefined) return `<${ok === undefined ? "_" : printType(ok)}, ${printType(err)}>`;
  return ok === undefined ? "" : `<${printType(ok)}>`;
}

/** Prints `async func(name: string) -> u32`, on several lines if parameters have docs. */
export function printFunction(type: FunctionSyntax): string[] {
  return prefixed(`${type.async ? "async " : ""}func`, printParameters(type));
}

/** Prints `(name: string) -> u32`. */
export function printParameters({ parameters, result }: FunctionSyntax): string[] {
  const list = parameters.map(({ name, type }) => `${printName(name.name)}: ${printType(type)}`);
  const returned = result === undefined ? "" : ` -> ${printType(result)}`;
  if (parameters.every(({ docs }) => docs === undefined)) return [`(${list.join(", ")})${returned}`];
  const lines = parameters.flatMap(({ docs }, index) => [
    ...(docs === undefined ? [] : docsLines(docs)),
    `${list[index]},`,
  ]);
  return ["(", ...lines.map((line) => `  ${line}`), `)${returned}`];
}

/** Adds a prefix to the first line. */
export function prefixed(prefix: string, [first = "", ...rest]: readonly string[]): string[] {
  return [prefix + first, ...rest];
}
