import { primitives } from "../model/model.js";
import type { FunctionSyntax, Identifier, TypeExpression } from "./ast.js";
import type { Cursor } from "./cursor.js";

const plain: ReadonlySet<string> = new Set([...primitives, "error-context"]);
const mapKeys: ReadonlySet<string> = new Set(primitives.filter((kind) => kind !== "f32" && kind !== "f64"));

/** Reads a type (WIT.md, "Types"). */
export function parseType(cursor: Cursor): TypeExpression {
  const token = cursor.peek();
  if (token.kind === "identifier") return { kind: "name", name: cursor.identifier("a type") };
  if (token.kind !== "keyword") throw cursor.unexpected("a type");
  if (plain.has(token.text)) {
    cursor.next();
    return { kind: token.text } as TypeExpression;
  }
  // A handle has no types inside.
  if (token.text === "own" || token.text === "borrow") return parseConstructed(cursor);
  return cursor.nested(() => parseConstructed(cursor));
}

function parseConstructed(cursor: Cursor): TypeExpression {
  const { text } = cursor.peek();
  switch (text) {
    case "list":
      return parseList(cursor);
    case "option":
      cursor.next();
      return { kind: "option", some: parseArgument(cursor) };
    case "result":
      return parseResult(cursor);
    case "tuple":
      return parseTuple(cursor);
    case "map":
      return parseMap(cursor);
    case "stream":
      cursor.next();
      return cursor.at("<") ? { kind: "stream", element: parseArgument(cursor) } : { kind: "stream" };
    case "future":
      cursor.next();
      return cursor.at("<") ? { kind: "future", value: parseArgument(cursor) } : { kind: "future" };
    case "own":
    case "borrow":
      cursor.next();
      return { kind: text, resource: parseResourceName(cursor) };
    default:
      throw cursor.unexpected(`a type (write %${text} to use a keyword as a name)`);
  }
}

function parseArgument(cursor: Cursor): TypeExpression {
  cursor.expect("<");
  const type = parseType(cursor);
  cursor.expect(">");
  return type;
}

function parseResourceName(cursor: Cursor): Identifier {
  cursor.expect("<");
  const name = cursor.identifier("the name of a resource");
  cursor.expect(">");
  return name;
}

function parseList(cursor: Cursor): TypeExpression {
  cursor.next();
  cursor.expect("<");
  const element = parseType(cursor);
  if (!cursor.eat(",")) {
    cursor.expect(">", '">" or ","');
    return { kind: "list", element };
  }
  const { kind, text } = cursor.peek();
  const length = Number(text);
  if (kind !== "integer" || !/^[1-9]/.test(text) || length > 0xffff_ffff) {
    throw cursor.unexpected("the list's length, a whole number from 1 to 4294967295");
  }
  cursor.next();
  cursor.expect(">");
  return { kind: "list", element, length };
}

function parseResult(cursor: Cursor): TypeExpression {
  cursor.next();
  if (!cursor.eat("<")) return { kind: "result" };
  if (cursor.eat("_")) {
    cursor.expect(",");
    const err = parseType(cursor);
    cursor.expect(">");
    return { kind: "result", err };
  }
  const ok = parseType(cursor);
  if (cursor.eat(",")) {
    const err = parseType(cursor);
    cursor.expect(">");
    return { kind: "result", ok, err };
  }
  cursor.expect(">", '">" or ","');
  return { kind: "result", ok };
}

function parseTuple(cursor: Cursor): TypeExpression {
  cursor.next();
  cursor.expect("<");
  if (cursor.at(">")) throw cursor.unexpected("a type");
  return { kind: "tuple", items: cursor.list(">", () => parseType(cursor)) };
}

function parseMap(cursor: Cursor): TypeExpression {
  cursor.next();
  cursor.expect("<");
  const key = cursor.peek();
  if (key.kind === "keyword" && !mapKeys.has(key.text))
    throw cursor.unexpected("a key: an integer type, char, bool or string");
  const keyType = parseType(cursor);
  cursor.expect(",");
  const value = parseType(cursor);
  cursor.expect(">");
  return { kind: "map", key: keyType, value };
}

/** Reads `async func(name: type) -> type`. */
export function parseFunction(cursor: Cursor): FunctionSyntax {
  const async = cursor.eat("async");
  cursor.expect("func", async ? '"func"' : '"func" or "async func"');
  return { async, ...parseParameters(cursor) };
}

/** Reads `(name: type) -> type`, the part after `func` or `constructor`. */
export function parseParameters(cursor: Cursor): Omit<FunctionSyntax, "async"> {
  cursor.expect("(");
  const parameters = cursor.list(")", () => {
    const { docs } = cursor.peek();
    const name = cursor.identifier("a parameter's name");
    cursor.expect(":");
    return { ...(docs.length === 0 ? {} : { docs: docs.join("\n") }), name, type: parseType(cursor) };
  });
  return cursor.eat("->") ? { parameters, result: parseType(cursor) } : { parameters };
}
