import type { FunctionType, Type } from "../model.js";

const longest = 200;

/** A type as WIT text, for messages: named types by name. Cut short with `…` when it is long. */
export function typeText(type: Type | undefined): string {
  return print((text) => text.type(type));
}

/** A function's type as WIT text, for messages: `func(name: string) -> string`. */
export function functionText(type: FunctionType): string {
  return print((text) => text.func(type));
}

/** Stands where one side has nothing. */
export const absent = "absent";

function print(write: (text: Text) => void): string {
  const text = new Text();
  write(text);
  return text.toString();
}

/** Bounded, so that types which share their parts cannot make it grow without end. */
class Text {
  #text = "";

  #add(piece: string): this {
    if (this.#text.length <= longest) this.#text += piece;
    return this;
  }

  toString(): string {
    return this.#text.length <= longest ? this.#text : `${this.#text.slice(0, longest - 1)}…`;
  }

  type(type: Type | undefined): this {
    if (this.#text.length > longest) return this;
    if (type === undefined) return this.#add("_");
    switch (type.kind) {
      case "list":
        return this.#generic("list", type.element);
      case "option":
        return this.#generic("option", type.some);
      case "tuple":
        return this.#generic("tuple", ...type.items);
      case "result":
        if (type.err !== undefined) return this.#generic("result", type.ok, type.err);
        return type.ok === undefined ? this.#add("result") : this.#generic("result", type.ok);
      case "stream":
        return type.element === undefined ? this.#add("stream") : this.#generic("stream", type.element);
      case "future":
        return type.value === undefined ? this.#add("future") : this.#generic("future", type.value);
      case "own":
      case "borrow":
        return this.#add(`${type.kind}<${type.resource.name}>`);
      case "record":
      case "variant":
      case "enum":
      case "flags":
        return this.#add(type.name);
      default:
        return this.#add(type.kind);
    }
  }

  func(type: FunctionType): this {
    this.#add(type.async ? "async func(" : "func(");
    for (const [index, parameter] of type.parameters.entries()) {
      this.#add(`${index === 0 ? "" : ", "}${parameter.name}: `).type(parameter.type);
    }
    this.#add(")");
    return type.result === undefined ? this : this.#add(" -> ").type(type.result);
  }

  #generic(name: string, ...parts: readonly (Type | undefined)[]): this {
    this.#add(`${name}<`);
    for (const [index, part] of parts.entries()) {
      if (this.#text.length > longest) break;
      if (index > 0) this.#add(", ");
      this.type(part);
    }
    return this.#add(">");
  }
}
