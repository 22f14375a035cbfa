import type { FutureType, ResourceType, StreamType, Type } from "../../../../contract/index.js";
import type { Carriers } from "./carriers.js";
import { type CaseType, caseTypes, fieldsOf, itemTypes, layoutOf, variantLayout } from "./flat-types.js";
import { GoText } from "./go-text.js";
import { caseName, fieldName, type GoTypes, isHandle } from "./go-types.js";

/** Types whose values are the same in Go and in the canonical ABI, so that lists of them need no conversion. */
const sameInMemory: ReadonlySet<string> = new Set(
  "bool s8 u8 s16 u16 s32 u32 s64 u64 f32 f64 char enum flags".split(" "),
);

/**
 * Writes the functions that read values from memory and write them to memory, one pair for each type that needs it.
 * Source: CanonicalABI.md, "Loading" and "Storing".
 */
export class MemoryValues {
  readonly #types: GoTypes;
  readonly #carriers: Carriers;
  readonly #functions = new Map<string, string>();
  readonly #text: string[] = [];

  constructor(types: GoTypes, carriers: Carriers) {
    this.#types = types;
    this.#carriers = carriers;
  }

  /** The source of all functions that were used so far. */
  get text(): string {
    return this.#text.join("\n");
  }

  /** Returns an expression that reads a value at a pointer. */
  load(type: Type, pointer: string): string {
    switch (type.kind) {
      case "bool":
        return `*(*uint8)(${pointer}) != 0`;
      case "string":
        return `tenonLoadString(${pointer})`;
      case "list":
        return `${this.list(type.element)}(*(*uint32)(${pointer}), *(*uint32)(tenonAt(${pointer}, 4))${lentArgument(type)})`;
      case "own":
      case "borrow":
        return `${this.taking(type)}(*(*uint32)(${pointer})${lentArgument(type)})`;
      case "stream":
      case "future":
        return this.takingStream(type, `*(*uint32)(${pointer})`);
      case "record":
      case "tuple":
      case "variant":
      case "option":
      case "result":
        return `${this.#loader(type)}(${pointer}${lentArgument(type)})`;
      default:
        return `*(*${this.#types.of(type)})(${pointer})`;
    }
  }

  /** Returns a statement that writes a value at a pointer. */
  store(type: Type, pointer: string, value: string): string {
    switch (type.kind) {
      case "bool":
        return `*(*uint8)(${pointer}) = uint8(tenonBool(${value}))`;
      case "string":
        return `tenonStoreString(${pointer}, ${value})`;
      case "list":
        return `*(*uint32)(${pointer}), *(*uint32)(tenonAt(${pointer}, 4)) = ${this.loweredList(type.element)}(${value})`;
      case "own":
      case "borrow":
        return `*(*uint32)(${pointer}) = ${this.giving(type)}(${value})`;
      case "stream":
      case "future":
        return `*(*uint32)(${pointer}) = ${this.givingStream(type, value)}`;
      case "record":
      case "tuple":
      case "variant":
      case "option":
      case "result":
        return `${this.#storer(type)}(${pointer}, ${value})`;
      default:
        return `*(*${this.#types.of(type)})(${pointer}) = ${value}`;
    }
  }

  /** Returns the function that makes a Go slice from a pointer and a length. */
  list(element: Type): string {
    if (sameInMemory.has(element.kind)) return `tenonView[${this.#types.of(element)}]`;
    return this.once("tenonList", element, (name, text) => {
      const { size } = layoutOf(element);
      const of = this.#types.of(element);
      const head = `func ${name}(pointer, length uint32${lentParameter(element)}) []${of} {`;
      text.block(head, () => {
        text.line("base := tenonPointer(pointer)");
        text.line(`list := make([]${of}, length)`);
        text.block("for index := range list {", () =>
          text.line(`list[index] = ${this.load(element, `tenonAt(base, uintptr(index)*${size})`)}`),
        );
        text.line("return list");
      });
    });
  }

  /** Returns the function that makes a pointer and a length from a Go slice, in memory that is valid until the call ends. */
  loweredList(element: Type): string {
    if (sameInMemory.has(element.kind)) return `tenonLowerView[${this.#types.of(element)}]`;
    return this.once("tenonLowerList", element, (name, text) => {
      const { size } = layoutOf(element);
      text.block(`func ${name}(list []${this.#types.of(element)}) (uint32, uint32) {`, () => {
        text.line(`base := tenonScratch(len(list) * ${size})`);
        text.block("for index, item := range list {", () =>
          text.line(this.store(element, `tenonAt(base, uintptr(index)*${size})`, "item")),
        );
        text.line("return tenonAddress(base), uint32(len(list))");
      });
    });
  }

  /** Returns the function that makes an object from a handle. */
  taking(type: Extract<Type, { kind: "own" | "borrow" }>): string {
    const { resource } = type;
    const verb = this.#isExported(resource)
      ? type.kind === "own"
        ? "Take"
        : "See"
      : type.kind === "own"
        ? "Own"
        : "Lend";
    return `tenon${verb}${this.#types.names.type(resource)}`;
  }

  /** Returns the function that makes a handle from an object. */
  giving(type: Extract<Type, { kind: "own" | "borrow" }>): string {
    return `tenon${type.kind === "own" ? "Give" : "Show"}${this.#types.names.type(type.resource)}`;
  }

  /** Returns an expression for the stream or future of a handle. */
  takingStream(type: StreamType | FutureType, handle: string): string {
    return `tenonTake${type.kind === "stream" ? "Stream" : "Future"}(${this.#carriers.of(type, this)}, ${handle})`;
  }

  /** Returns an expression for the handle of a stream or future. */
  givingStream(type: StreamType | FutureType, value: string): string {
    return `tenonGive${type.kind === "stream" ? "Stream" : "Future"}(${this.#carriers.of(type, this)}, ${value})`;
  }

  #isExported(resource: ResourceType): boolean {
    return this.#types.names.exportedResources.has(resource);
  }

  #loader(type: Extract<Type, { kind: "record" | "tuple" }> | CaseType): string {
    return this.once("tenonLoad", type, (name, text) => {
      const head = `func ${name}(p tenonUnsafe.Pointer${lentParameter(type)}) (value ${this.#types.of(type)}) {`;
      text.block(head, () => {
        if (type.kind === "record" || type.kind === "tuple") {
          const { offsets } = fieldsOf(itemTypes(type));
          for (const [index, item] of itemTypes(type).entries())
            text.line(`value.${part(type, index)} = ${this.load(item, at("p", offsets[index] ?? 0))}`);
        } else this.#loadCases(type, text);
        text.line("return");
      });
    });
  }

  #loadCases(type: CaseType, text: GoText): void {
    const { offset, discriminant } = variantLayout(type);
    text.block(`switch *(*uint${8 * discriminant})(p) {`, () => {
      for (const [index, payload] of caseTypes(type).entries()) {
        text.line(`case ${index}:`);
        text.indented(() => {
          const value = payload === undefined ? undefined : this.load(payload, at("p", offset));
          assignCase(this.#types, type, index, "value", value, text);
        });
      }
    });
  }

  #storer(type: Extract<Type, { kind: "record" | "tuple" }> | CaseType): string {
    return this.once("tenonStore", type, (name, text) => {
      text.block(`func ${name}(p tenonUnsafe.Pointer, value ${this.#types.of(type)}) {`, () => {
        if (type.kind === "record" || type.kind === "tuple") {
          const { offsets } = fieldsOf(itemTypes(type));
          for (const [index, item] of itemTypes(type).entries())
            text.line(this.store(item, at("p", offsets[index] ?? 0), `value.${part(type, index)}`));
          return;
        }
        const { offset, discriminant } = variantLayout(type);
        switchCases(this.#types, type, "value", text, (index, payload, value) => {
          text.line(`*(*uint${8 * discriminant})(p) = ${index}`);
          if (payload !== undefined) text.line(this.store(payload, at("p", offset), value));
        });
      });
    });
  }

  /** Returns the function of this prefix for a type, which `write` writes the first time. */
  once(prefix: string, type: Type, write: (name: string, text: GoText) => void): string {
    // Each named type has one Go name, so the Go type identifies it. Handles also differ in whether they are owned.
    const key = `${prefix} ${this.#types.of(type)} ${ownership(type)}`;
    const known = this.#functions.get(key);
    if (known !== undefined) return known;
    const name = `${prefix}${this.#functions.size}`;
    this.#functions.set(key, name);
    const text = new GoText();
    write(name, text);
    this.#text.push(text.text);
    return name;
  }
}

/** Writes the statements that assign a case of a variant, option or result to a variable. */
export function assignCase(
  types: GoTypes,
  type: CaseType,
  index: number,
  variable: string,
  payload: string | undefined,
  text: GoText,
): void {
  if (type.kind === "variant") {
    const own = caseName(types.names.type(type), type.cases[index]?.name ?? "");
    text.line(`${variable} = ${own}{${payload ?? ""}}`);
  } else if (type.kind === "option") {
    if (payload === undefined) return;
    if (isHandle(type.some)) text.line(`${variable} = ${payload}`);
    else {
      text.line(`some := ${payload}`);
      text.line(`${variable} = &some`);
    }
  } else {
    if (index === 1) text.line(`${variable}.Failed = true`);
    if (payload !== undefined) text.line(`${variable}.${index === 0 ? "Ok" : "Err"} = ${payload}`);
  }
}

/** Writes a switch over the cases of a value, each with an expression for its payload. */
export function switchCases(
  types: GoTypes,
  type: CaseType,
  value: string,
  text: GoText,
  each: (index: number, payload: Type | undefined, value: string) => void,
): void {
  const payloads = caseTypes(type);
  if (type.kind === "variant") {
    const name = types.names.type(type);
    text.block(`switch it := ${value}.(type) {`, () => {
      for (const [index, payload] of payloads.entries()) {
        text.line(`case ${caseName(name, type.cases[index]?.name ?? "")}:`);
        text.indented(() => {
          if (payload === undefined) text.line("_ = it");
          each(index, payload, "it.Value");
        });
      }
      text.line("default:");
      text.indented(() => text.line(`panic("a value of type ${name} is not one of its cases")`));
    });
    return;
  }
  const [condition, yes, no] = type.kind === "option" ? [`${value} != nil`, 1, 0] : [`${value}.Failed`, 1, 0];
  const expression = (index: number) => {
    if (type.kind === "option") return isHandle(type.some) ? value : `(*${value})`;
    return `${value}.${index === 0 ? "Ok" : "Err"}`;
  };
  text.block(`if ${condition} {`, () => each(yes, payloads[yes], expression(yes)), "} else {");
  text.indented(() => each(no, payloads[no], expression(no)));
  text.line("}");
}

const lending = new WeakMap<Type, boolean>();

/** Whether values of a type can contain a borrowed object of the host or the plugin. */
export function lends(type: Type): boolean {
  let known = lending.get(type);
  if (known === undefined) lending.set(type, (known = findLoans(type)));
  return known;
}

function findLoans(type: Type): boolean {
  switch (type.kind) {
    case "borrow":
      return true;
    case "list":
      return lends(type.element);
    case "record":
    case "tuple":
      return itemTypes(type).some(lends);
    case "variant":
    case "option":
    case "result":
      return caseTypes(type).some((each) => each !== undefined && lends(each));
    default:
      return false;
  }
}

/** Functions that receive borrowed handles get a list to record them in: they are returned after the call. */
export function lentArgument(type: Type): string {
  return lends(type) ? ", lent" : "";
}

export function lentParameter(type: Type): string {
  return lends(type) ? ", lent *tenonLoans" : "";
}

/** Returns which handles in a type are owned and borrowed: `o` and `b` in order of appearance. */
function ownership(type: Type): string {
  switch (type.kind) {
    case "own":
      return "o";
    case "borrow":
      return "b";
    case "stream":
      return type.element === undefined ? "" : ownership(type.element);
    case "future":
      return type.value === undefined ? "" : ownership(type.value);
    case "list":
      return ownership(type.element);
    case "tuple":
      return type.items.map(ownership).join("");
    case "option":
    case "result":
      return caseTypes(type)
        .map((each) => (each === undefined ? "" : ownership(each)))
        .join("");
    default:
      return "";
  }
}

/** Returns the Go field for an item of a record or tuple. */
export function part(type: Extract<Type, { kind: "record" | "tuple" }>, index: number): string {
  return type.kind === "record" ? fieldName(type.fields[index]?.name ?? "") : `F${index}`;
}

export function at(pointer: string, offset: number): string {
  return offset === 0 ? pointer : `tenonAt(${pointer}, ${offset})`;
}
