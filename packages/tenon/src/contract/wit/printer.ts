import type {
  Annotated,
  Attribute,
  Document,
  ExternItem,
  InterfaceMember,
  NestedPackage,
  PackageMember,
  PackageName,
  Path,
  Renamed,
  ResourceFunction,
  TypeItem,
  WorldMember,
} from "./ast.js";
import { docsLines } from "./documentation.js";
import { prefixed, printFunction, printName, printParameters, printType } from "./print-type.js";
import { printString } from "./string-literal.js";

type Item = PackageMember | NestedPackage | InterfaceMember | WorldMember | ResourceFunction;

/**
 * Prints a syntax tree as WIT text in a fixed layout: two spaces of indentation, one declaration per line, docs as `///`.
 *
 * Parsing printed text and printing it again yields the same text.
 */
export function printWit(document: Document): string {
  const lines: string[] = [];
  if (document.package !== undefined) {
    lines.push(...annotationLines(document.package), `package ${printPackageName(document.package.name)};`);
    if (document.items.length > 0) lines.push("");
  }
  lines.push(...block(document.items));
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** Prints `namespace:name@version`. */
export function printPackageName({ namespaces, names, version }: PackageName): string {
  const namespace = namespaces.map((name) => `${printName(name)}:`).join("");
  return `${namespace}${names.map(printName).join("/")}${version === undefined ? "" : `@${version}`}`;
}

/** Prints `types` or `wasi:http/types@0.2.0`. */
export function printPath({ package: owner, name }: Path): string {
  if (owner === undefined) return printName(name.name);
  const version = owner.version === undefined ? "" : `@${owner.version}`;
  return `${printPackageName({ ...owner, version: undefined })}/${printName(name.name)}${version}`;
}

/** Prints one item of any kind, with its docs and gates. */
export function printItem(item: Item): string {
  return itemLines(item).join("\n");
}

// Put a blank line around items of more than one line, and between items of different kinds.
function block(items: readonly Item[]): string[] {
  const lines: string[] = [];
  let before: { readonly kind: string; readonly length: number } | undefined;
  for (const item of items) {
    const printed = itemLines(item);
    const kind = item.kind === "constructor" || item.kind === "static" ? "method" : item.kind;
    if (before !== undefined && (before.length > 1 || printed.length > 1 || before.kind !== kind)) lines.push("");
    for (const line of printed) lines.push(line);
    before = { kind, length: printed.length };
  }
  return lines;
}

function itemLines(item: Item): string[] {
  return [...annotationLines(item), ...bodyLines(item)];
}

function bodyLines(item: Item): string[] {
  switch (item.kind) {
    case "package":
      return braces(`package ${printPackageName(item.name)}`, block(item.items));
    case "interface":
      return braces(`interface ${printName(item.name.name)}`, block(item.items));
    case "world":
      return braces(`world ${printName(item.name.name)}`, block(item.items));
    case "use":
      if ("names" in item) return [`use ${printPath(item.path)}.{${item.names.map(printRenamed).join(", ")}};`];
      return [`use ${printPath(item.path)}${item.as === undefined ? "" : ` as ${printName(item.as.name)}`};`];
    case "function":
      return ended(prefixed(`${printName(item.name.name)}: `, printFunction(item.type)));
    case "constructor":
      return ended(prefixed("constructor", printParameters(item.type)));
    case "method":
    case "static": {
      const name = item.name === undefined ? "" : printName(item.name.name);
      return ended(prefixed(`${name}: ${item.kind === "static" ? "static " : ""}`, printFunction(item.type)));
    }
    case "import":
    case "export":
      return externLines(item);
    case "include": {
      const renames = item.renames.map(printRenamed).join(", ");
      return [`include ${printPath(item.path)}${renames === "" ? ";" : ` with { ${renames} }`}`];
    }
    default:
      return typeLines(item);
  }
}

function typeLines(item: TypeItem): string[] {
  const name = printName(item.name.name);
  switch (item.kind) {
    case "alias":
      return [`type ${name} = ${printType(item.type)};`];
    case "resource":
      return item.functions.length === 0 ? [`resource ${name};`] : braces(`resource ${name}`, block(item.functions));
    case "record":
      return braces(
        `record ${name}`,
        item.fields.flatMap((field) => [
          ...annotationLines(field),
          `${printName(field.name.name)}: ${printType(field.type)},`,
        ]),
      );
    default:
      return braces(
        `${item.kind} ${name}`,
        item.cases.flatMap((label) => [
          ...annotationLines(label),
          `${printName(label.name.name)}${label.type === undefined ? "" : `(${printType(label.type)})`},`,
        ]),
      );
  }
}

function externLines(item: ExternItem): string[] {
  if (item.form === "path") {
    const name = item.name === undefined ? "" : `${printName(item.name.name)}: `;
    return [`${item.kind} ${name}${printPath(item.path)};`];
  }
  const start = `${item.kind} ${printName(item.name.name)}:`;
  if (item.form === "function") return ended(prefixed(`${start} `, printFunction(item.type)));
  return braces(`${start} interface`, block(item.items));
}

function annotationLines({ docs, attributes = [] }: Annotated): string[] {
  return [...(docs === undefined ? [] : docsLines(docs)), ...attributes.map(printAttribute)];
}

function printAttribute(attribute: Attribute): string {
  switch (attribute.kind) {
    case "since":
    case "deprecated":
      return `@${attribute.kind}(version = ${attribute.version})`;
    case "unstable":
      return `@unstable(feature = ${printName(attribute.feature)})`;
    case "external-id":
      return `@external-id(${printString(attribute.id)})`;
  }
}

function printRenamed({ name, as }: Renamed): string {
  return as === undefined ? printName(name.name) : `${printName(name.name)} as ${printName(as.name)}`;
}

function ended(lines: readonly string[]): string[] {
  return [...lines.slice(0, -1), `${lines.at(-1)};`];
}

function braces(start: string, inside: readonly string[]): string[] {
  return inside.length === 0
    ? [`${start} {}`]
    : [`${start} {`, ...inside.map((line) => (line === "" ? "" : `  ${line}`)), "}"];
}
