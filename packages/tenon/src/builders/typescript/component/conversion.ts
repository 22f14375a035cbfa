import { camel, type Type } from "../../../contract/index.js";
import { unrecognized } from "../../../contract/model/component-form.js";

const numbers: ReadonlySet<string> = new Set(["s8", "u16", "s16", "u32", "s32", "u64", "s64", "f32", "f64"]);

/**
 * Writes the functions that convert a value between a component's bindings and the contract's JavaScript value, each type once.
 * The two differ in maps, JSON values and open enums, which components have in other forms, and in what the bindings make of lists of
 * numbers: typed arrays instead of arrays. Bytes are a `Uint8Array` in both, but the bindings have their own globals, for which
 * `instanceof` would be false.
 */
export class Conversions {
  /** The declarations of the functions, each after those that it uses. */
  readonly lines: string[] = [];
  readonly #names = new Map<Type, string | undefined>();
  readonly #direction: "receive" | "give";

  /** @param direction `receive` for values from the bindings, `give` for values to them. */
  constructor(direction: "receive" | "give") {
    this.#direction = direction;
  }

  /** Returns the name of the function for a type, or `undefined` if its values need no conversion. */
  of(type: Type): string | undefined {
    if (this.#names.has(type)) return this.#names.get(type);
    const source = this.#source(type);
    const name = source === undefined ? undefined : `${this.#direction}${this.lines.length}`;
    if (name !== undefined) this.lines.push(`const ${name} = ${source};`);
    this.#names.set(type, name);
    return name;
  }

  #source(type: Type): string | undefined {
    const receives = this.#direction === "receive";
    switch (type.kind) {
      case "map": {
        const value = this.of(type.value);
        const pair = value === undefined ? "" : `, ([key, value]) => [key, ${value}(value)]`;
        return receives ? `(v) => new Map(Array.from(v${pair}))` : `(v) => Array.from(v${pair})`;
      }
      case "json":
        return receives ? "JSON.parse" : "JSON.stringify";
      case "enum":
        if (type.open !== true) return undefined;
        return receives
          ? `(v) => (v.tag === "${unrecognized}" ? v.val : v.tag)`
          : `(v) => (typeof v === "number" ? { tag: "${unrecognized}", val: v } : { tag: v })`;
      case "list": {
        if (receives && type.element.kind === "u8")
          return "(v) => new Uint8Array(v.buffer, v.byteOffset, v.byteLength)";
        if (receives && numbers.has(type.element.kind)) return "(v) => Array.from(v)";
        const each = this.of(type.element);
        return each && `(v) => v.map((item) => ${each}(item))`;
      }
      case "option": {
        const some = this.of(type.some);
        if (type.some.kind === "option") return some && tagged([["some", some]]);
        return some && `(v) => (v === undefined ? v : ${some}(v))`;
      }
      case "result":
        return tagged([
          ["ok", type.ok && this.of(type.ok)],
          ["err", type.err && this.of(type.err)],
        ]);
      case "variant":
        return tagged(type.cases.map(({ name, type: inner }) => [name, inner && this.of(inner)] as const));
      case "record":
        return members(
          type.fields.map(({ name, type: inner }) => [camel(name), this.of(inner)] as const),
          "{...v",
          "}",
        );
      case "tuple": {
        const items = type.items.map((item, at) => ({ each: this.of(item), at }));
        if (items.every(({ each }) => each === undefined)) return undefined;
        return `(v) => [${items.map(({ each, at }) => (each === undefined ? `v[${at}]` : `${each}(v[${at}])`)).join(", ")}]`;
      }
      default:
        return undefined;
    }
  }
}

type Member = readonly [name: string, conversion: string | undefined];

function tagged(cases: readonly Member[]): string | undefined {
  const known = cases.filter(([, each]) => each !== undefined);
  if (known.length === 0) return undefined;
  const table = known.map(([name, each]) => `${JSON.stringify(name)}: ${each}`).join(", ");
  return `(v) => ((each) => (each === undefined ? v : { tag: v.tag, val: each(v.val) }))({ ${table} }[v.tag])`;
}

function members(fields: readonly Member[], opening: string, closing: string): string | undefined {
  const known = fields.filter(([, each]) => each !== undefined);
  if (known.length === 0) return undefined;
  return `(v) => (${opening}, ${known.map(([name, each]) => `${name}: (${each})(v.${name})`).join(", ")}${closing})`;
}
