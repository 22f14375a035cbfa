import { integerText, isInteger } from "../../contract/formats/value-json/integer.js";
import { jsonForm as formInJson, isBytes } from "../../contract/formats/value-json/json-form.js";
import { camel, type Type } from "../../contract/index.js";

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
      return [...type.cases.map(({ name }) => name), ...(type.open ? ["a number"] : [])].join(" or ");
    case "json":
      return "any JSON";
    case "flags":
      return `any of ${type.flags.map(({ name }) => camel(name)).join(",")}`;
    case "option":
      return type.some.kind === "option" ? jsonForm(type) : `${form(type.some)}, or null`;
    case "variant":
      return type.cases
        .map((item) => (item.type === undefined ? item.name : `{"tag": "${item.name}", "val": ${jsonForm(item.type)}}`))
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
  return formInJson(type, bytesForm);
}

/** How bytes are written inside JSON. */
export const bytesForm = '"base64:…"';
