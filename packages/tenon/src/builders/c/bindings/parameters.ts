import type { TextWriter } from "../../../contract/formats/text-writer.js";
import type { Type } from "../../../contract/index.js";
import type { CTypes } from "./c-types.js";
import { flatten } from "./flat.js";
import { type CoreValue, coreTypes, type FlatValues } from "./flat-values.js";
import type { ValueWalk } from "./value-walk.js";

/** Writes the statements that convert a call's parameters, named `a0`, `a1` …, from core values and to core values. */
export class ParameterWriter {
  readonly #types: CTypes;
  readonly #text: TextWriter;
  readonly #values: FlatValues;
  readonly #walk: ValueWalk;
  /** Whether the host may ask for memory at any time: the code then has to claim the memory that was passed. */
  readonly #receives: boolean;

  constructor(types: CTypes, text: TextWriter, values: FlatValues, walk: ValueWalk, receives: boolean) {
    this.#types = types;
    this.#text = text;
    this.#values = values;
    this.#walk = walk;
    this.#receives = receives;
  }

  /** @param flat the parameters of an export: core values `p0`, `p1` …, or `parameters` in memory. */
  take(types: readonly Type[], flat: readonly CoreValue["type"][] | "memory"): void {
    if (flat === "memory") this.#fromMemory(types);
    else {
      this.#fromFlat(
        types,
        flat.map((each, at) => ({ text: `p${at}`, type: each })),
      );
    }
    for (const [index, type] of types.entries()) this.receive(type, `a${index}`);
  }

  /** Makes the memory that a value from the host points to a part of the call's memory. */
  receive(type: Type, source: string): void {
    if (this.#receives) this.#walk.received(type, source);
  }

  /** Returns the arguments of an import: core values, or the address of one struct. */
  give(types: readonly Type[], inMemory: boolean): string[] {
    return inMemory ? this.#toMemory(types) : this.#toFlat(types);
  }

  #fromFlat(types: readonly Type[], values: readonly CoreValue[]): void {
    let at = 0;
    for (const [index, type] of types.entries()) {
      const { length } = flatten(type);
      this.#text.line(`${this.#types.declaration(type, `a${index}`)} = {0};`);
      this.#values.lift(type, `a${index}`, values.slice(at, at + length));
      at += length;
    }
  }

  #fromMemory(types: readonly Type[]): void {
    this.#parametersStruct(types);
    if (this.#receives) this.#text.line("tenon_receive(parameters, sizeof(struct parameters));");
    for (const [index, type] of types.entries())
      this.#text.line(`${this.#types.declaration(type, `a${index}`)} = ((struct parameters *)parameters)->a${index};`);
  }

  #parametersStruct(types: readonly Type[]): void {
    const fields = types.map((type, index) => `${this.#types.declaration(type, `a${index}`)};`);
    this.#text.line(`struct parameters { ${fields.join(" ")} };`);
  }

  #toFlat(types: readonly Type[]): string[] {
    const all: string[] = [];
    for (const [index, type] of types.entries()) {
      const variables = flatten(type).map((core, at) => ({ text: `v${all.length + at}`, type: core }));
      for (const { text, type: core } of variables) this.#text.line(`${coreTypes[core]} ${text} = 0;`);
      this.#values.lower(type, `a${index}`, variables);
      all.push(...variables.map((variable) => variable.text));
    }
    return all;
  }

  #toMemory(types: readonly Type[]): string[] {
    this.#parametersStruct(types);
    this.#text.line(`struct parameters all = { ${parameterNames(types).join(", ")} };`);
    return ["&all"];
  }
}

/** Returns `a0`, `a1` … */
export function parameterNames(types: readonly Type[]): readonly string[] {
  return types.map((_, at) => `a${at}`);
}
