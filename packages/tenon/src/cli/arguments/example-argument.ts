import { isInteger } from "../../contract/formats/value-json/integer.js";
import { camel, kebab, type Type } from "../../contract/index.js";
import { holdsRecursion } from "../../contract/model/reach.js";

/** Returns an argument of a type, as a user could write it; `undefined` if the command line cannot pass such a value. */
export function exampleArgument(type: Type, name: string): string | undefined {
  switch (type.kind) {
    case "string":
      return kebab(camel(name));
    case "char":
      return "a";
    case "bool":
      return "true";
    case "enum":
      return type.cases[0]?.name;
    case "flags":
      return camel(type.flags[0]?.name ?? "");
    case "option":
      return type.some.kind === "option" ? '{"tag":"none"}' : exampleArgument(type.some, name);
    case "future":
      return type.value === undefined ? "null" : exampleArgument(type.value, name);
    case "own":
    case "borrow":
      return undefined;
    default: {
      if (isInteger(type.kind) || type.kind === "f32" || type.kind === "f64") return "1";
      if (type.kind === "list" && type.element.kind === "u8") return "base64:AAEC";
      const json = exampleJson(type, name);
      return json === undefined ? undefined : JSON.stringify(json);
    }
  }
}

function exampleJson(type: Type, name: string): unknown {
  switch (type.kind) {
    case "list":
      if (type.element.kind === "u8") return "base64:AAEC";
      return items([exampleJson(type.element, name)]) ?? (holdsRecursion(type) ? [] : undefined);
    case "map": {
      const value = exampleJson(type.value, name);
      if (value === undefined) return holdsRecursion(type) ? {} : undefined;
      return { [exampleArgument(type.key, "key") ?? ""]: value };
    }
    case "json":
      return { key: "value" };
    // The example of the type that it is in ends here.
    case "recursive":
      return undefined;
    case "stream":
      if (type.element === undefined) return [null];
      return type.element.kind === "u8" ? "base64:AAEC" : items([exampleJson(type.element, name)]);
    case "tuple":
      return items(type.items.map((item) => exampleJson(item, name)));
    case "record": {
      const fields = type.fields.map((field) => [camel(field.name), exampleJson(field.type, field.name)] as const);
      return fields.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(fields);
    }
    case "variant": {
      for (const item of type.cases) {
        const example = exampleCase(item.name, item.type, name);
        if (example !== undefined) return example;
      }
      return undefined;
    }
    case "result":
      return exampleCase("ok", type.ok, name) ?? exampleCase("err", type.err, name);
    case "option":
      return type.some.kind === "option" ? { tag: "none" } : null;
    case "flags":
      return { [camel(type.flags[0]?.name ?? "")]: true };
    case "bool":
      return true;
    case "future":
      return type.value === undefined ? null : exampleJson(type.value, name);
    case "own":
    case "borrow":
      return undefined;
    default:
      return isInteger(type.kind) || type.kind === "f32" || type.kind === "f64" ? 1 : exampleArgument(type, name);
  }
}

function exampleCase(tag: string, type: Type | undefined, name: string): unknown {
  if (type === undefined) return { tag };
  const val = exampleJson(type, name);
  return val === undefined ? undefined : { tag, val };
}

function items(values: readonly unknown[]): readonly unknown[] | undefined {
  return values.includes(undefined) ? undefined : values;
}
