import type { Type } from "../../../../contract/index.js";
import { caseTypes, type FlatType, flatten, itemTypes } from "./flat-types.js";
import type { GoText } from "./go-text.js";
import type { GoTypes } from "./go-types.js";
import { assignCase, lentArgument, type MemoryValues, part, switchCases } from "./memory-values.js";

/** A core value: an expression, and its type. */
export interface FlatValue {
  readonly expression: string;
  readonly type: FlatType;
}

/**
 * Writes statements that convert core values to Go values and back.
 * Source: CanonicalABI.md, "Flat Lifting" and "Flat Lowering".
 */
export class FlatValues {
  readonly #types: GoTypes;
  readonly #memory: MemoryValues;

  constructor(types: GoTypes, memory: MemoryValues) {
    this.#types = types;
    this.#memory = memory;
  }

  /** Removes as many values from the front of `flat` as the type needs, and returns an expression for the Go value. */
  lift(type: Type, flat: FlatValue[], text: GoText): string {
    const next = () => flat.shift()?.expression ?? "0";
    switch (type.kind) {
      case "bool":
        return `${next()} != 0`;
      case "string":
        return `tenonString(${next()}, ${next()})`;
      case "list":
        return `${this.#memory.list(type.element)}(${next()}, ${next()}${lentArgument(type)})`;
      case "own":
      case "borrow":
        return `${this.#memory.taking(type)}(${next()}${lentArgument(type)})`;
      case "stream":
      case "future":
        return this.#memory.takingStream(type, next());
      case "record":
      case "tuple": {
        const value = text.variable();
        text.line(`var ${value} ${this.#types.of(type)}`);
        for (const [index, item] of itemTypes(type).entries())
          text.line(`${value}.${part(type, index)} = ${this.lift(item, flat, text)}`);
        return value;
      }
      case "variant":
      case "option":
      case "result": {
        const value = text.variable();
        const payload = flatten(type).slice(1);
        text.line(`var ${value} ${this.#types.of(type)}`);
        text.block(`switch ${next()} {`, () => {
          for (const [index, each] of caseTypes(type).entries()) {
            text.line(`case ${index}:`);
            text.indented(() => {
              const own = each === undefined ? [] : flatten(each);
              const converted = own.map((want, at) => ({
                expression: convert(flat[at]?.expression ?? "0", payload[at] ?? want, want),
                type: want,
              }));
              const lifted = each === undefined ? undefined : this.lift(each, converted, text);
              assignCase(this.#types, type, index, value, lifted, text);
            });
          }
        });
        flat.splice(0, payload.length);
        return value;
      }
      default:
        return `${this.#types.of(type)}(${next()})`;
    }
  }

  /** Returns expressions for the core values of a value, which must be an expression without side effects. */
  lower(type: Type, value: string, text: GoText): string[] {
    switch (type.kind) {
      case "bool":
        return [`tenonBool(${value})`];
      case "string": {
        const [pointer, length] = [text.variable(), text.variable()];
        text.line(`${pointer}, ${length} := tenonLowerString(${value})`);
        return [pointer, length];
      }
      case "list": {
        const [pointer, length] = [text.variable(), text.variable()];
        text.line(`${pointer}, ${length} := ${this.#memory.loweredList(type.element)}(${value})`);
        return [pointer, length];
      }
      case "own":
      case "borrow":
        return [`${this.#memory.giving(type)}(${value})`];
      case "stream":
      case "future":
        return [this.#memory.givingStream(type, value)];
      case "record":
      case "tuple":
        return itemTypes(type).flatMap((item, index) => this.lower(item, `${value}.${part(type, index)}`, text));
      case "variant":
      case "option":
      case "result": {
        const flat = flatten(type);
        const variables = flat.map(() => text.variable());
        for (const [index, name] of variables.entries()) text.line(`var ${name} ${flat[index]}`);
        switchCases(this.#types, type, value, text, (index, payload, carried) => {
          text.line(`${variables[0]} = ${index}`);
          if (payload === undefined) return;
          const own = flatten(payload);
          const lowered = this.lower(payload, carried, text);
          for (const [at, expression] of lowered.entries()) {
            const have = own[at] ?? "uint32";
            text.line(`${variables[at + 1]} = ${convert(expression, have, flat[at + 1] ?? have)}`);
          }
        });
        return variables;
      }
      default:
        return [`${flatten(type)[0]}(${value})`];
    }
  }
}

/** Returns an expression that converts a core value to another core type, bit for bit. */
function convert(expression: string, have: FlatType, want: FlatType): string {
  if (have === want) return expression;
  switch (`${have} ${want}`) {
    case "float32 uint32":
      return `tenonMath.Float32bits(${expression})`;
    case "float32 uint64":
      return `uint64(tenonMath.Float32bits(${expression}))`;
    case "float64 uint64":
      return `tenonMath.Float64bits(${expression})`;
    case "uint32 float32":
      return `tenonMath.Float32frombits(${expression})`;
    case "uint64 float32":
      return `tenonMath.Float32frombits(uint32(${expression}))`;
    case "uint64 float64":
      return `tenonMath.Float64frombits(${expression})`;
    default:
      return `${want}(${expression})`;
  }
}
