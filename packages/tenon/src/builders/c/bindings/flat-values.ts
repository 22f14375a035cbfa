import type { TextWriter } from "../../../contract/formats/text-writer.js";
import type { ResourceType, Type } from "../../../contract/index.js";
import type { CTypes } from "./c-types.js";
import { type ChoiceType, type CoreType, flatten, type ProductType, parts, payloads } from "./flat.js";

/** A core value: an expression and its type. */
export interface CoreValue {
  readonly text: string;
  readonly type: CoreType;
}

/** C's types of core values. */
export const coreTypes: Readonly<Record<CoreType, string>> = {
  i32: "int32_t",
  i64: "int64_t",
  f32: "float",
  f64: "double",
};

/** Writes the statements that turn core values into C values and back. */
export class FlatValues {
  readonly #types: CTypes;
  readonly #text: TextWriter;
  #loops = 0;

  constructor(types: CTypes, text: TextWriter) {
    this.#types = types;
    this.#text = text;
  }

  /** Assigns to `target`, which was zero before, what the core values mean. */
  lift(type: Type, target: string, values: readonly CoreValue[]): void {
    const [first, second] = values;
    switch (type.kind) {
      case "string":
        this.#text.line(`${target} = (TenonString){(const char *)${word(first!)}, (size_t)${word(second!)}};`);
        break;
      case "list":
        this.#text.line(`${target}.items = (void *)${word(first!)};`);
        this.#text.line(`${target}.count = (size_t)${word(second!)};`);
        break;
      case "record":
      case "tuple":
        this.#liftParts(type, target, values);
        break;
      case "variant":
      case "option":
      case "result":
        this.#liftChoice(type, target, values);
        break;
      case "flags":
        for (const [index, value] of values.entries())
          this.#text.line(`${flagsWord(type.flags.length, target, index)} = ${asCore(value, "i32")};`);
        break;
      case "own":
        this.#text.line(`${target}.handle = ${asCore(first!, "i32")};`);
        break;
      case "borrow":
        this.#text.line(
          this.#types.resource(type.resource).isExported
            ? `${target} = (void *)${word(first!)};`
            : `${target}.handle = ${asCore(first!, "i32")};`,
        );
        break;
      case "bool":
        this.#text.line(`${target} = ${asCore(first!, "i32")} != 0;`);
        break;
      default:
        this.#text.line(`${target} = (${this.#types.name(type)})${asCore(first!, flatten(type)[0]!)};`);
    }
  }

  /** Assigns the core values of what `source` holds to variables, which are zero before. */
  lower(type: Type, source: string, variables: readonly CoreValue[]): void {
    const [first, second] = variables;
    const set = (variable: CoreValue, text: string, core: CoreType = "i32") =>
      this.#text.line(`${variable.text} = ${asCore({ text, type: core }, variable.type)};`);
    switch (type.kind) {
      case "string":
        set(first!, `(int32_t)${source}.bytes`);
        set(second!, `(int32_t)${source}.length`);
        break;
      case "list":
        set(first!, `(int32_t)${source}.items`);
        set(second!, `(int32_t)${source}.count`);
        break;
      case "record":
      case "tuple":
        this.#lowerParts(type, source, variables);
        break;
      case "variant":
      case "option":
      case "result":
        this.#lowerChoice(type, source, variables);
        break;
      case "flags":
        for (const [index, variable] of variables.entries())
          set(variable, `(int32_t)${flagsWord(type.flags.length, source, index)}`);
        break;
      case "own":
        set(first!, `${source}.handle`);
        break;
      case "borrow":
        set(first!, this.#types.resource(type.resource).isExported ? `(int32_t)${source}` : `${source}.handle`);
        break;
      default: {
        const core = flatten(type)[0]!;
        set(first!, `(${coreTypes[core]})${source}`, core);
      }
    }
  }

  /** Calls `each` for every handle of the host's that a value borrows. */
  borrowed(type: Type, source: string, each: (resource: ResourceType, handle: string) => void): void {
    if (!this.#holdsBorrowed(type)) return;
    switch (type.kind) {
      case "borrow":
        each(type.resource, `${source}.handle`);
        break;
      case "list": {
        const index = `i${this.#loops++}`;
        this.#text.block(`for (size_t ${index} = 0; ${index} < ${source}.count; ${index}++) {`, () =>
          this.borrowed(type.element, `${source}.items[${index}]`, each),
        );
        break;
      }
      case "record":
      case "tuple":
        for (const [index, part] of parts(type).entries())
          this.borrowed(part, `${source}.${this.#part(type, index)}`, each);
        break;
      case "variant":
      case "option":
      case "result":
        for (const [index, payload] of payloads(type).entries()) {
          if (payload === undefined || !this.#holdsBorrowed(payload)) continue;
          this.#text.block(`if (${source}.${this.#tag(type)} == ${index}) {`, () =>
            this.borrowed(payload, `${source}.${this.#payload(type, index)}`, each),
          );
        }
    }
  }

  #liftParts(type: ProductType, target: string, values: readonly CoreValue[]): void {
    let at = 0;
    for (const [index, part] of parts(type).entries()) {
      const { length } = flatten(part);
      this.lift(part, `${target}.${this.#part(type, index)}`, values.slice(at, at + length));
      at += length;
    }
  }

  #lowerParts(type: ProductType, source: string, variables: readonly CoreValue[]): void {
    let at = 0;
    for (const [index, part] of parts(type).entries()) {
      const { length } = flatten(part);
      this.lower(part, `${source}.${this.#part(type, index)}`, variables.slice(at, at + length));
      at += length;
    }
  }

  #liftChoice(type: ChoiceType, target: string, [tag, ...rest]: readonly CoreValue[]): void {
    const isTwofold = type.kind !== "variant";
    this.#text.line(`${target}.${this.#tag(type)} = ${isTwofold ? `${tag!.text} != 0` : tag!.text};`);
    this.#eachPayload(type, `${target}.${this.#tag(type)}`, (payload, name) =>
      this.lift(payload, `${target}.${name}`, rest),
    );
  }

  #lowerChoice(type: ChoiceType, source: string, [tag, ...rest]: readonly CoreValue[]): void {
    this.#text.line(`${tag!.text} = ${source}.${this.#tag(type)};`);
    this.#eachPayload(type, `${source}.${this.#tag(type)}`, (payload, name) =>
      this.lower(payload, `${source}.${name}`, rest),
    );
  }

  #eachPayload(type: ChoiceType, tag: string, each: (payload: Type, name: string) => void): void {
    const cases = payloads(type);
    if (cases.every((payload) => payload === undefined)) return;
    this.#text.block(`switch (${tag}) {`, () => {
      for (const [index, payload] of cases.entries()) {
        if (payload === undefined) continue;
        this.#text.block(`case ${index}: {`, () => {
          each(payload, this.#payload(type, index));
          this.#text.line("break;");
        });
      }
    });
  }

  #tag({ kind }: ChoiceType): string {
    return kind === "option" ? "some" : kind === "result" ? "is_error" : "tag";
  }

  #payload(type: ChoiceType, index: number): string {
    if (type.kind === "option") return "value";
    if (type.kind === "result") return index === 0 ? "ok" : "error";
    return this.#types.member(type, type.cases[index]!.name);
  }

  #part(type: ProductType, index: number): string {
    return type.kind === "tuple" ? `f${index}` : this.#types.member(type, type.fields[index]!.name);
  }

  #holdsBorrowed(type: Type): boolean {
    switch (type.kind) {
      case "borrow":
        return !this.#types.resource(type.resource).isExported;
      case "list":
        return this.#holdsBorrowed(type.element);
      case "record":
      case "tuple":
        return parts(type).some((part) => this.#holdsBorrowed(part));
      case "variant":
      case "option":
      case "result":
        return payloads(type).some((payload) => payload !== undefined && this.#holdsBorrowed(payload));
      default:
        return false;
    }
  }
}

function flagsWord(count: number, value: string, index: number): string {
  return count > 32 ? `${value}.words[${index}]` : value;
}

/** A pointer or length, out of a core value that may be wider where cases of a variant share it. */
function word(value: CoreValue): string {
  return `(uintptr_t)(uint32_t)${value.text}`;
}

/** A core value as one of another type, bit for bit. Source: Component Model, CanonicalABI.md, "Flattening". */
function asCore({ text, type }: CoreValue, wanted: CoreType): string {
  if (type === wanted) return text;
  switch (`${type} ${wanted}`) {
    case "i64 i32":
      return `(int32_t)${text}`;
    case "i32 i64":
      return `(int64_t)(uint32_t)(${text})`;
    case "i32 f32":
      return `tenon_f32_of_bits(${text})`;
    case "f32 i32":
      return `tenon_bits_of_f32(${text})`;
    case "i64 f32":
      return `tenon_f32_of_bits((int32_t)${text})`;
    case "f32 i64":
      return `(int64_t)(uint32_t)tenon_bits_of_f32(${text})`;
    case "i64 f64":
      return `tenon_f64_of_bits(${text})`;
    default:
      return `tenon_bits_of_f64(${text})`;
  }
}
