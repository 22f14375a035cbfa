import { camel, type ResultType, type Type } from "../../../../contract/core.js";
import { type Alternative, alternativesOf, type ChoiceType } from "./alternatives.js";
import { flagsObject, flagWords, member, narrow, object, widen, zero } from "./expressions.js";
import { type CoreType, layoutOf } from "./layout.js";
import { MemorySource } from "./memory-source.js";

/** Types whose flat values are an address and a length. */
const inMemory: ReadonlySet<string> = new Set(["string", "list", "map", "json"]);

/** {@link MemorySource}, and code that reads and writes values as flat core values, as parameters and results are passed. */
export class ValueSource extends MemorySource {
  #fresh = 0;

  /** An expression: the value whose flat core values are in these variables. */
  lift(type: Type, slots: readonly string[]): string {
    const slot = slots[0] as string;
    if (inMemory.has(type.kind)) this.touch();
    switch (type.kind) {
      case "bool":
        return `(${slot} !== 0)`;
      case "u8":
        return `(${slot} & 255)`;
      case "s8":
        return `(${slot} << 24 >> 24)`;
      case "u16":
        return `(${slot} & 65535)`;
      case "s16":
        return `(${slot} << 16 >> 16)`;
      case "u32":
        return `(${slot} >>> 0)`;
      case "s32":
        return `(${slot} | 0)`;
      case "u64":
        return `BigInt.asUintN(64, ${slot})`;
      case "s64":
      case "f32":
      case "f64":
        return slot;
      case "char":
        return `character(${slot} >>> 0)`;
      case "string":
        return `readText(${slot} >>> 0, ${slots[1]} >>> 0)`;
      case "list":
        return `${this.listReader(type)}(${slot} >>> 0, ${slots[1]} >>> 0)`;
      case "map":
        return `${this.mapReader(type)}(${slot} >>> 0, ${slots[1]} >>> 0)`;
      case "json":
        return `readJsonText(${slot} >>> 0, ${slots[1]} >>> 0)`;
      case "own":
      case "borrow":
      case "stream":
      case "future":
        return this.read(type, slot);
      case "record":
        return object(
          this.#liftParts(
            type.fields.map((field) => field.type),
            slots,
          ).map((part, index) => [camel(type.fields[index]!.name), part]),
        );
      case "tuple":
        return `[${this.#liftParts(type.items, slots).join(", ")}]`;
      case "flags":
        return flagsObject(
          type.flags.map(({ name }) => camel(name)),
          (word) => slots[word] as string,
        );
      default: {
        const names = layoutOf(type).flat.map((_, index) => `s${index}`);
        const name = this.helper(
          "lift",
          type,
          (name) => `function ${name}(${names.join(", ")}) {\n${this.#liftChoice(type as ChoiceType, names)}\n}`,
        );
        return `${name}(${slots.slice(0, names.length).join(", ")})`;
      }
    }
  }

  /** Statements that turn the value (a plain identifier) into core values in these variables, which are 0 before. */
  lower(type: Type, value: string, slots: readonly string[]): string {
    const slot = slots[0];
    if (inMemory.has(type.kind)) this.touch();
    switch (type.kind) {
      case "bool":
        return `${slot} = ${value} ? 1 : 0;`;
      case "u8":
      case "s8":
      case "u16":
      case "s16":
      case "u32":
      case "s32":
        return `${slot} = ${value} | 0;`;
      case "u64":
      case "s64":
      case "f32":
      case "f64":
        return `${slot} = ${value};`;
      case "char":
        return `${slot} = ${value}.codePointAt(0);`;
      case "string":
      case "list":
      case "map":
      case "json":
        return `${slot} = ${this.written(type, value)}; ${slots[1]} = memory.length;`;
      case "own":
      case "borrow":
      case "stream":
      case "future":
        return `${slot} = ${this.write(type, value)};`;
      case "record":
        return this.#lowerParts(
          type.fields.map((field) => [field.type, `${value}${member(camel(field.name))}`]),
          slots,
        );
      case "tuple":
        return this.#lowerParts(
          type.items.map((item, index) => [item, `${value}[${index}]`]),
          slots,
        );
      case "flags":
        return flagWords(
          type.flags.map(({ name }) => camel(name)),
          value,
        )
          .map((word, index) => `${slots[index]} = ${word};`)
          .join("\n");
      default:
        return this.#lowerChoice(alternativesOf(type as ChoiceType), layoutOf(type).flat, value, slots, (alternative) =>
          alternative.test(value),
        );
    }
  }

  /** {@link storeOutcome} for flat core values. */
  lowerOutcome(type: ResultType, isError: string, value: string, slots: readonly string[]): string {
    const alternatives = alternativesOf(type).map((alternative) => ({ ...alternative, payload: () => value }));
    return this.#lowerChoice(alternatives, layoutOf(type).flat, value, slots, (_, index) =>
      index === 0 ? `!${isError}` : isError,
    );
  }

  #liftParts(types: readonly Type[], slots: readonly string[]): string[] {
    let next = 0;
    return types.map((type) => {
      const count = layoutOf(type).flat.length;
      next += count;
      return this.lift(type, slots.slice(next - count, next));
    });
  }

  #lowerParts(parts: readonly (readonly [Type, string])[], slots: readonly string[]): string {
    let next = 0;
    return parts
      .map(([type, value]) => {
        const count = layoutOf(type).flat.length;
        next += count;
        return `{ ${this.#named(value, (name) => this.lower(type, name, slots.slice(next - count, next)))} }`;
      })
      .join("\n");
  }

  /** Statements that use the value of an expression under a unique name. */
  #named(value: string, inner: (name: string) => string): string {
    const name = `v${this.#fresh++}`;
    return `const ${name} = ${value}; ${inner(name)}`;
  }

  #liftChoice(type: ChoiceType, slots: readonly string[]): string {
    const { flat } = layoutOf(type);
    const alternatives = alternativesOf(type);
    const cases = alternatives.map((alternative, index) => {
      const payload =
        alternative.type &&
        this.lift(
          alternative.type,
          layoutOf(alternative.type).flat.map((core, at) => narrow(flat[at + 1]!, core, slots[at + 1]!)),
        );
      return `case ${index}: return ${alternative.make(payload)};`;
    });
    return `switch (${slots[0]}) {\n${cases.join("\n")}\ndefault: throw badCase(${slots[0]} >>> 0, ${alternatives.length});\n}`;
  }

  #lowerChoice(
    alternatives: readonly Alternative[],
    flat: readonly CoreType[],
    value: string,
    slots: readonly string[],
    test: (alternative: Alternative, index: number) => string,
  ): string {
    const branches = alternatives.map((alternative, index) => {
      const { type } = alternative;
      if (type === undefined) return `if (${test(alternative, index)}) { ${slots[0]} = ${index}; }`;
      const payload = layoutOf(type).flat;
      const own = this.#fresh++;
      const names = payload.map((core, at) => (core === flat[at + 1] ? slots[at + 1]! : `w${own}_${at}`));
      const differing = payload.flatMap((core, at) =>
        core === flat[at + 1] ? [] : [{ name: names[at]!, core, wide: flat[at + 1]!, slot: slots[at + 1]! }],
      );
      const declare = differing.map(({ name, core }) => `let ${name} = ${zero(core)};`).join(" ");
      const widened = differing.map(({ name, core, wide, slot }) => `${slot} = ${widen(core, wide, name)};`).join(" ");
      const inner = this.#named(alternative.payload(value), (name) => this.lower(type, name, names));
      return `if (${test(alternative, index)}) { ${slots[0]} = ${index}; ${declare} ${inner} ${widened} }`;
    });
    return `${branches.join("\nelse ")}\nelse throw badValue();`;
  }
}
