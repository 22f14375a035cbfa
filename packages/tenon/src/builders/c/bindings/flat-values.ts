import type { TextWriter } from "../../../contract/formats/text-writer.js";
import type { Type } from "../../../contract/index.js";
import type { CTypes } from "./c-types.js";
import { type ChoiceType, type CoreType, flatten, type ProductType, parts, payloads } from "./flat.js";
import { partOf, payloadOf, tagOf } from "./members.js";

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

  constructor(types: CTypes, text: TextWriter) {
    this.#types = types;
    this.#text = text;
  }

  /** Writes the assignments from core values to `target`, which is zero before. */
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
      case "stream":
      case "future":
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

  /** Writes the assignments from `source` to the variables of its core values, which are zero before. */
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
      case "stream":
      case "future":
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

  #liftParts(type: ProductType, target: string, values: readonly CoreValue[]): void {
    let at = 0;
    for (const [index, part] of parts(type).entries()) {
      const { length } = flatten(part);
      this.lift(part, `${target}.${partOf(this.#types, type, index)}`, values.slice(at, at + length));
      at += length;
    }
  }

  #lowerParts(type: ProductType, source: string, variables: readonly CoreValue[]): void {
    let at = 0;
    for (const [index, part] of parts(type).entries()) {
      const { length } = flatten(part);
      this.lower(part, `${source}.${partOf(this.#types, type, index)}`, variables.slice(at, at + length));
      at += length;
    }
  }

  #liftChoice(type: ChoiceType, target: string, [tag, ...rest]: readonly CoreValue[]): void {
    const isTwofold = type.kind !== "variant";
    this.#text.line(`${target}.${tagOf(type)} = ${isTwofold ? `${tag!.text} != 0` : tag!.text};`);
    this.#eachPayload(type, `${target}.${tagOf(type)}`, (payload, name) =>
      this.lift(payload, `${target}.${name}`, rest),
    );
  }

  #lowerChoice(type: ChoiceType, source: string, [tag, ...rest]: readonly CoreValue[]): void {
    this.#text.line(`${tag!.text} = ${source}.${tagOf(type)};`);
    this.#eachPayload(type, `${source}.${tagOf(type)}`, (payload, name) =>
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
          each(payload, payloadOf(this.#types, type, index));
          this.#text.line("break;");
        });
      }
    });
  }
}

function flagsWord(count: number, value: string, index: number): string {
  return count > 32 ? `${value}.words[${index}]` : value;
}

/** Returns an expression for a pointer or length. The core value may be wider if cases of a variant share it. */
function word(value: CoreValue): string {
  return `(uintptr_t)(uint32_t)${value.text}`;
}

/** Returns an expression that converts a core value to another core type, bit for bit. Source: Component Model, CanonicalABI.md, "Flattening". */
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
