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
import { memberName, scopeOf } from "./function-names.js";
import { GoText } from "./go-text.js";
import type { GoTypes } from "./go-types.js";
import type { MemoryValues } from "./memory-values.js";

/** The largest number of values in one read, and of bytes. */
const mostValues = 64;
const mostBytes = 65_536;

/** The function in which a type first appears in the contract: the built-ins for the type are named after it. */
interface FirstUse {
  readonly module: string;
  readonly member: string;
  readonly index: number;
}

/**
 * Writes the code for streams and futures: a variable for each type, with the built-ins that read and write it.
 * Source: wit-component's names of core functions, `[async-lower][stream-read-0]get`.
 */
export class Carriers {
  readonly #types: GoTypes;
  readonly #firstUses = new Map<string, FirstUse>();
  readonly #variables = new Map<string, string>();
  readonly #text: string[] = [];

  constructor(contract: Contract, types: GoTypes) {
    this.#types = types;
    for (const side of ["exports", "imports"] as const)
      for (const signature of signatures(contract[side])) this.#recordUses(contract, side, signature);
  }

  /** Whether the contract has streams or futures. */
  get used(): boolean {
    return this.#firstUses.size > 0;
  }

  /** The source of all variables that were used so far. */
  get text(): string {
    return this.#text.join("\n");
  }

  /** Returns the variable for a type, and writes it on first use. */
  of(type: StreamType | FutureType, memory: MemoryValues): string {
    const key = this.#types.of(type) + handles(type);
    const known = this.#variables.get(key);
    if (known !== undefined) return known;
    const name = `tenonCarrier${this.#variables.size}`;
    this.#variables.set(key, name);
    const text = new GoText();
    this.#write(name, type, this.#firstUses.get(key) as FirstUse, memory, text);
    this.#text.push(text.text);
    return name;
  }

  #recordUses(contract: Contract, side: "imports" | "exports", signature: Signature): void {
    const scope = scopeOf(contract, side, signature) ?? "$root";
    const module = side === "exports" ? `[export]${scope}` : scope;
    for (const [index, type] of streamTypes(fullType(signature)).entries()) {
      const key = this.#types.of(type) + handles(type);
      if (!this.#firstUses.has(key)) this.#firstUses.set(key, { module, member: memberName(signature), index });
    }
  }

  #write(name: string, type: StreamType | FutureType, use: FirstUse, memory: MemoryValues, text: GoText): void {
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
      text.line(`//go:wasmimport ${use.module} ${prefix}[${type.kind}-${verb}-${use.index}]${use.member}`);
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

/** Returns how many values to read at a time. Objects are read one by one, so that unread ones stay with the writer. */
function mostOf(element: Type | undefined): number {
  if (element?.kind === "u8") return mostBytes;
  return element !== undefined && handles(element) !== "" ? 1 : mostValues;
}

/** Returns which handles a type contains: objects, streams, futures. */
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
