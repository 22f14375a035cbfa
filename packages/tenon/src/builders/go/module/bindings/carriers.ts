import {
  type Contract,
  type FutureType,
  fullType,
  type Signature,
  type StreamType,
  signatures,
  streamTypes,
  type Type,
} from "../../../../contract/index.js";
import { layoutOf } from "./flat-types.js";
import { memberName, scopeOf } from "./functions.js";
import { GoText } from "./go-text.js";
import type { GoTypes } from "./go-types.js";
import type { MemoryValues } from "./memory-values.js";

/** Most values of one reading, and most bytes. */
const mostValues = 64;
const mostBytes = 65_536;

/** Where a type first stands in the contract: built-ins are named after it. */
interface Place {
  readonly module: string;
  readonly member: string;
  readonly index: number;
}

/**
 * Writes how streams and futures pass: a variable for each type, with the built-ins that read and write it.
 * Source: wit-component's names of core functions, `[async-lower][stream-read-0]get`.
 */
export class Carriers {
  readonly #types: GoTypes;
  readonly #places = new Map<string, Place>();
  readonly #variables = new Map<string, string>();
  readonly #text: string[] = [];

  constructor(contract: Contract, types: GoTypes) {
    this.#types = types;
    for (const side of ["exports", "imports"] as const)
      for (const signature of signatures(contract[side])) this.#note(contract, side, signature);
  }

  /** Whether the contract has streams or futures. */
  get used(): boolean {
    return this.#places.size > 0;
  }

  /** The variables that were asked for. */
  get text(): string {
    return this.#text.join("\n");
  }

  /** The variable for a type. */
  of(type: StreamType | FutureType, memory: MemoryValues): string {
    const key = this.#types.of(type) + handles(type);
    const known = this.#variables.get(key);
    if (known !== undefined) return known;
    const name = `tenonCarrier${this.#variables.size}`;
    this.#variables.set(key, name);
    const text = new GoText();
    this.#write(name, type, this.#places.get(key) as Place, memory, text);
    this.#text.push(text.text);
    return name;
  }

  #note(contract: Contract, side: "imports" | "exports", signature: Signature): void {
    const scope = scopeOf(contract, side, signature) ?? "$root";
    const module = side === "exports" ? `[export]${scope}` : scope;
    for (const [index, type] of streamTypes(fullType(signature)).entries()) {
      const key = this.#types.of(type) + handles(type);
      if (!this.#places.has(key)) this.#places.set(key, { module, member: memberName(signature), index });
    }
  }

  #write(name: string, type: StreamType | FutureType, place: Place, memory: MemoryValues, text: GoText): void {
    const element = type.kind === "stream" ? type.element : type.value;
    const of = type.kind === "stream" && element?.kind === "u8" ? "byte" : this.#types.orNothing(element);
    const counted = type.kind === "stream";
    const copies = counted
      ? "(handle uint32, pointer tenonUnsafe.Pointer, count uint32) uint32"
      : "(handle uint32, pointer tenonUnsafe.Pointer) uint32";
    const builtIns = [
      ["create", "new", "", "() uint64"],
      ["read", "read", "[async-lower]", copies],
      ["write", "write", "[async-lower]", copies],
      ["cancelRead", "cancel-read", "", "(handle uint32) uint32"],
      ["dropReadable", "drop-readable", "", "(handle uint32)"],
      ["dropWritable", "drop-writable", "", "(handle uint32)"],
    ] as const;
    for (const [field, verb, prefix, signature] of builtIns) {
      text.line();
      text.line(`//go:wasmimport ${place.module} ${prefix}[${type.kind}-${verb}-${place.index}]${place.member}`);
      text.line(`func ${name}_${field}${signature}`);
    }
    text.line();
    text.block(`var ${name} = &tenonCarrier[${of}]{`, () => {
      for (const [field] of builtIns) {
        const direct = counted || !(field === "read" || field === "write");
        const call = direct
          ? `${name}_${field}`
          : `func(handle uint32, pointer tenonUnsafe.Pointer, _ uint32) uint32 { return ${name}_${field}(handle, pointer) }`;
        text.line(`${field}: ${call},`);
      }
      text.line(`size: ${element === undefined ? 0 : layoutOf(element).size},`);
      text.line(`most: ${mostOf(element)},`);
      text.line(`load: ${element === undefined ? "tenonCounted" : memory.list(element)},`);
      text.line(`store: ${element === undefined ? "tenonCount" : memory.loweredList(element)},`);
    });
  }
}

/** Objects are taken one by one: those that nobody reads stay with their maker. */
function mostOf(element: Type | undefined): number {
  if (element?.kind === "u8") return mostBytes;
  return element !== undefined && handles(element) !== "" ? 1 : mostValues;
}

/** Which handles a type holds: objects, streams, futures. */
function handles(type: Type | undefined): string {
  switch (type?.kind) {
    case "own":
    case "borrow":
      return "o";
    case "stream":
      return `s${handles(type.element)}`;
    case "future":
      return `f${handles(type.value)}`;
    case "list":
      return handles(type.element);
    case "option":
      return handles(type.some);
    case "result":
      return handles(type.ok) + handles(type.err);
    case "tuple":
      return type.items.map(handles).join("");
    case "record":
      return type.fields.map((field) => handles(field.type)).join("");
    case "variant":
      return type.cases.map((each) => handles(each.type)).join("");
    default:
      return "";
  }
}
