import type { Type } from "../../model/model.js";
import { camel } from "../../model/names.js";

const longest = 300;

/** Returns how to write a value of a type inside JSON, for help and messages. @param bytesForm how bytes are written */
export function jsonForm(type: Type, bytesForm: string): string {
  let forms = formsByBytes.get(bytesForm);
  if (forms === undefined) formsByBytes.set(bytesForm, (forms = new WeakMap()));
  let text = forms.get(type);
  // Types can multiply: what is cut here would be cut in the end.
  if (text === undefined) forms.set(type, (text = shortened(makeJsonForm(type, bytesForm))));
  return text;
}

const formsByBytes = new Map<string, WeakMap<Type, string>>();

function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function makeJsonForm(type: Type, bytesForm: string): string {
  switch (type.kind) {
    case "bool":
      return "true or false";
    case "list":
      return isBytes(type) ? bytesForm : `[${jsonForm(type.element, bytesForm)}, …]`;
    case "option":
      if (type.some.kind === "option")
        return `{"tag": "none"} or {"tag": "some", "val": ${jsonForm(type.some, bytesForm)}}`;
      return `${jsonForm(type.some, bytesForm)} or null`;
    case "tuple":
      return `[${type.items.map((item) => jsonForm(item, bytesForm)).join(", ")}]`;
    case "record":
      return `{${type.fields.map((field) => `"${camel(field.name)}": ${jsonForm(field.type, bytesForm)}`).join(", ")}}`;
    case "variant":
      return type.cases.map((item) => jsonCase(item.name, item.type, bytesForm)).join(" or ");
    case "result":
      return `${jsonCase("ok", type.ok, bytesForm)} or ${jsonCase("err", type.err, bytesForm)}`;
    case "enum":
      return [...type.cases.map(({ name }) => `"${name}"`), ...(type.open ? ["a number"] : [])].join(" or ");
    case "map":
      return `{"${type.key.kind}": ${jsonForm(type.value, bytesForm)}, …}`;
    case "json":
      return "any JSON";
    case "recursive":
      return `another ${type.target.name}`;
    case "flags":
      return `{${type.flags.map(({ name }) => `"${camel(name)}": true`).join(", ")}}`;
    case "stream":
      return type.element === undefined
        ? "[null, …]"
        : type.element.kind === "u8"
          ? bytesForm
          : `[${jsonForm(type.element, bytesForm)}, …]`;
    case "future":
      return type.value === undefined ? "null" : jsonForm(type.value, bytesForm);
    case "own":
    case "borrow":
      return `${type.resource.name} object`;
    default:
      return type.kind;
  }
}

/** Whether values of the type are bytes: a `Uint8Array`. */
export function isBytes(type: Type): boolean {
  return type.kind === "list" && type.element.kind === "u8";
}

function jsonCase(tag: string, type: Type | undefined, bytesForm: string): string {
  return type === undefined ? `{"tag": "${tag}"}` : `{"tag": "${tag}", "val": ${jsonForm(type, bytesForm)}}`;
}
