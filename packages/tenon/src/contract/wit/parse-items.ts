import type {
  Annotated,
  CasesItem,
  FunctionItem,
  InterfaceMember,
  LabelSyntax,
  Renamed,
  ResourceFunction,
  ResourceItem,
  TypeItem,
  UseItem,
} from "./ast.js";
import type { Cursor } from "./cursor.js";
import { parseFunction, parseParameters, parseType } from "./parse-type.js";

/** Reads the body of an interface, with its braces (WIT.md, "Item: interface"). */
export function parseInterfaceBody(cursor: Cursor): InterfaceMember[] {
  cursor.expect("{");
  const items: InterfaceMember[] = [];
  while (!cursor.at("}")) {
    const annotations = cursor.annotations();
    if (cursor.at("use")) items.push(parseUse(cursor, annotations));
    else items.push(parseTypeItem(cursor, annotations) ?? parseFunctionItem(cursor, annotations));
  }
  cursor.next();
  return items;
}

/** Reads `use types.{a, b as c};`. */
export function parseUse(cursor: Cursor, annotations: Annotated): UseItem {
  cursor.expect("use");
  const path = cursor.path("the name of an interface");
  cursor.expect(".");
  cursor.expect("{");
  if (cursor.at("}")) throw cursor.unexpected("the name of a type");
  const names = cursor.list("}", () => parseRenamed(cursor, "the name of a type"));
  cursor.expect(";");
  return { ...annotations, kind: "use", path, names };
}

export function parseRenamed(cursor: Cursor, what: string): Renamed {
  const name = cursor.identifier(what);
  return cursor.eat("as") ? { name, as: cursor.identifier("the new name") } : { name };
}

/** Reads a type declaration, if there is one at the next token. */
export function parseTypeItem(cursor: Cursor, annotations: Annotated): TypeItem | undefined {
  const { kind, text } = cursor.peek();
  if (kind !== "keyword") return undefined;
  switch (text) {
    case "record":
      cursor.next();
      return {
        ...annotations,
        kind: "record",
        name: cursor.identifier("the record's name"),
        fields: parseLabels(cursor, "a field's name", () => {
          cursor.expect(":");
          return parseType(cursor);
        }) as { name: LabelSyntax["name"]; type: NonNullable<LabelSyntax["type"]> }[],
      };
    case "variant":
    case "enum":
    case "flags":
      return parseCases(cursor, annotations, text);
    case "resource":
      return parseResource(cursor, annotations);
    case "type": {
      cursor.next();
      const name = cursor.identifier("the type's name");
      cursor.expect("=");
      const type = parseType(cursor);
      cursor.expect(";");
      return { ...annotations, kind: "alias", name, type };
    }
    default:
      return undefined;
  }
}

function parseCases(cursor: Cursor, annotations: Annotated, kind: CasesItem["kind"]): CasesItem {
  cursor.next();
  const name = cursor.identifier(`the name of the ${kind}`);
  const cases = parseLabels(cursor, kind === "flags" ? "a flag's name" : "a case's name", () => {
    if (kind !== "variant" || !cursor.eat("(")) return undefined;
    const type = parseType(cursor);
    cursor.expect(")");
    return type;
  });
  return { ...annotations, kind, name, cases };
}

function parseLabels(cursor: Cursor, what: string, type: () => LabelSyntax["type"]): LabelSyntax[] {
  cursor.expect("{");
  if (cursor.at("}")) throw cursor.unexpected(what);
  return cursor.list("}", () => {
    const { docs, attributes } = cursor.annotations();
    if (attributes !== undefined)
      throw cursor.source.syntaxError(
        cursor.peek().start,
        "a field, case or flag, which cannot have a feature gate",
        "a feature gate",
      );
    const name = cursor.identifier(what);
    const carried = type();
    return { ...(docs === undefined ? {} : { docs }), name, ...(carried === undefined ? {} : { type: carried }) };
  });
}

function parseResource(cursor: Cursor, annotations: Annotated): ResourceItem {
  cursor.next();
  const name = cursor.identifier("the resource's name");
  const functions: ResourceFunction[] = [];
  if (!cursor.eat(";")) {
    cursor.expect("{", '"{" or ";"');
    while (!cursor.at("}")) functions.push(parseResourceFunction(cursor));
    cursor.next();
  }
  return { ...annotations, kind: "resource", name, functions };
}

function parseResourceFunction(cursor: Cursor): ResourceFunction {
  const annotations = cursor.annotations();
  const { at } = cursor.peek();
  if (cursor.eat("constructor")) {
    const type = { async: false, ...parseParameters(cursor) };
    cursor.expect(";");
    return { ...annotations, kind: "constructor", type, at };
  }
  const name = cursor.identifier('a function\'s name, "constructor" or "}"');
  cursor.expect(":");
  const kind = cursor.eat("static") ? "static" : "method";
  const type = parseFunction(cursor);
  cursor.expect(";");
  return { ...annotations, kind, name, type, at };
}

function parseFunctionItem(cursor: Cursor, annotations: Annotated): FunctionItem {
  const name = cursor.identifier('a function\'s name, a type declaration, "use" or "}"');
  cursor.expect(":");
  const type = parseFunction(cursor);
  cursor.expect(";");
  return { ...annotations, kind: "function", name, type };
}
