import { camel, type Type } from "../../contract/index.js";
import { integerText, isInteger } from "./integer.js";

const longest = 300;

/** Returns how to write a value of a type as an argument of `tenon run`, for help and messages. */
export function argumentForm(type: Type): string {
  return shortened(form(type));
}

function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function form(type: Type): string {
  switch (type.kind) {
    case "string":
      return "text";
    case "char":
      return "one character";
    case "f32":
    case "f64":
      return "a number";
    case "enum":
      return type.cases.map(({ name }) => name).join(" or ");
    case "flags":
      return `any of ${type.flags.map(({ name }) => camel(name)).join(",")}`;
    case "option":
      return type.some.kind === "option" ? jsonForm(type) : `${form(type.some)}, or null`;
    case "variant":
      return type.cases
        .map((item) => (item.type === undefined ? item.name : jsonCase(item.name, item.type)))
        .join(" or ");
    case "list":
      return isBytes(type) ? "base64:…, hex:… or @FILE" : jsonForm(type);
    case "stream":
      if (type.element?.kind === "u8") return "base64:…, hex:… or @FILE";
      return jsonForm(type);
    case "future":
      return type.value === undefined ? "null" : form(type.value);
    case "own":
    case "borrow":
      return `a ${type.resource.name} object, which the command line cannot pass`;
    default:
      return isInteger(type.kind) ? integerText(type.kind) : jsonForm(type);
  }
}

/** Returns how to write a value of a type inside JSON. */
export function jsonForm(type: Type): string {
  let text = jsonForms.get(type);
  // Types can multiply: what is cut here would be cut in the end.
  if (text === undefined) jsonForms.set(type, (text = shortened(makeJsonForm(type))));
  return text;
}

const jsonForms = new WeakMap<Type, string>();

function makeJsonForm(type: Type): string {
  switch (type.kind) {
    case "bool":
      return "true or false";
    case "list":
      return isBytes(type) ? '"base64:…"' : `[${jsonForm(type.element)}, …]`;
    case "option":
      if (type.some.kind === "option") return `{"tag": "none"} or {"tag": "some", "val": ${jsonForm(type.some)}}`;
      return `${jsonForm(type.some)} or null`;
    case "tuple":
      return `[${type.items.map(jsonForm).join(", ")}]`;
    case "record":
      return `{${type.fields.map((field) => `"${camel(field.name)}": ${jsonForm(field.type)}`).join(", ")}}`;
    case "variant":
      return type.cases.map((item) => jsonCase(item.name, item.type)).join(" or ");
    case "result":
      return `${jsonCase("ok", type.ok)} or ${jsonCase("err", type.err)}`;
    case "enum":
      return type.cases.map(({ name }) => `"${name}"`).join(" or ");
    case "flags":
      return `{${type.flags.map(({ name }) => `"${camel(name)}": true`).join(", ")}}`;
    case "stream":
      return type.element === undefined
        ? "[null, …]"
        : type.element.kind === "u8"
          ? '"base64:…"'
          : `[${jsonForm(type.element)}, …]`;
    case "future":
      return type.value === undefined ? "null" : jsonForm(type.value);
    case "own":
    case "borrow":
      return `${type.resource.name} object`;
    default:
      return type.kind;
  }
}

export function isBytes(type: Type): boolean {
  return type.kind === "list" && type.element.kind === "u8";
}

function jsonCase(tag: string, type: Type | undefined): string {
  return type === undefined ? `{"tag": "${tag}"}` : `{"tag": "${tag}", "val": ${jsonForm(type)}}`;
}
