import type { Type } from "../../../../contract/index.js";
import { type CaseType, caseTypes, type FlatType, flatten, itemTypes } from "./flat-types.js";
import type { GoText } from "./go-text.js";
import type { GoTypes } from "./go-types.js";
import { assignCase, lentArgument, lentParameter, type MemoryValues, part, switchCases } from "./memory-values.js";

/** A type with more cases has functions that convert it: written out in each call, they would make the source quadratic. */
const mostInlineCases = 8;

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
        const own = flat.splice(0, flatten(type).length).map(({ expression }) => expression);
        if (!hasOwnFunctions(type)) {
          const value = text.variable();
          text.line(`var ${value} ${this.#types.of(type)}`);
          this.#liftCases(type, own, value, text);
          return value;
        }
        return `${this.#lifter(type)}(${own.join(", ")}${lentArgument(type)})`;
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
        const variables = flatten(type).map(() => text.variable());
        if (hasOwnFunctions(type)) text.line(`${variables.join(", ")} := ${this.#lowerer(type)}(${value})`);
        else {
          for (const [index, name] of variables.entries()) text.line(`var ${name} ${flatten(type)[index]}`);
          this.#lowerCases(type, value, variables, text);
        }
        return variables;
      }
      default:
        return [`${flatten(type)[0]}(${value})`];
    }
  }

  /** Returns the function that makes a value of the type from its core values. */
  #lifter(type: CaseType): string {
    return this.#memory.once("tenonLift", type, (name, text) => {
      const parameters = flatten(type).map((each, index) => `p${index} ${each}`);
      const head = `func ${name}(${parameters.join(", ")}${lentParameter(type)}) (value ${this.#types.of(type)}) {`;
      text.block(head, () => {
        const own = parameters.map((_, index) => `p${index}`);
        this.#liftCases(type, own, "value", text);
        text.line("return");
      });
    });
  }

  /** Returns the function that makes the core values of a value of the type. */
  #lowerer(type: CaseType): string {
    return this.#memory.once("tenonLower", type, (name, text) => {
      const results = flatten(type).map((each, index) => `p${index} ${each}`);
      text.block(`func ${name}(value ${this.#types.of(type)}) (${results.join(", ")}) {`, () => {
        const own = results.map((_, index) => `p${index}`);
        this.#lowerCases(type, "value", own, text);
        text.line("return");
      });
    });
  }

  /** Writes the statements that assign to `value` what its core values say. */
  #liftCases(type: CaseType, [discriminant, ...own]: readonly string[], value: string, text: GoText): void {
    const payload = flatten(type).slice(1);
    text.block(`switch ${discriminant} {`, () => {
      for (const [index, each] of caseTypes(type).entries()) {
        text.line(`case ${index}:`);
        text.indented(() => {
          const wanted = each === undefined ? [] : flatten(each);
          const converted = wanted.map((want, at) => ({
            expression: convert(own[at] ?? "0", payload[at] ?? want, want),
            type: want,
          }));
          const lifted = each === undefined ? undefined : this.lift(each, converted, text);
          assignCase(this.#types, type, index, value, lifted, text);
        });
      }
    });
  }

  /** Writes the statements that assign the core values of `value` to variables. */
  #lowerCases(type: CaseType, value: string, variables: readonly string[], text: GoText): void {
    const flat = flatten(type);
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
  }
}

/** Cases within cases multiply where they are written out. */
function hasOwnFunctions(type: CaseType): boolean {
  const cases = caseTypes(type);
  return cases.length > mostInlineCases || cases.some((each) => each !== undefined && hasCases(each));
}

const withCases = new WeakMap<Type, boolean>();

function hasCases(type: Type): boolean {
  let known = withCases.get(type);
  if (known === undefined) withCases.set(type, (known = findCases(type)));
  return known;
}

function findCases(type: Type): boolean {
  switch (type.kind) {
    case "variant":
    case "option":
    case "result":
      return true;
    case "record":
    case "tuple":
      return itemTypes(type).some(hasCases);
    default:
      return false;
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
