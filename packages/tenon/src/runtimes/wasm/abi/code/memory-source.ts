import { camel, type ListType, type MapType, type ResultType, type Type } from "../../../../contract/core.js";
import { alternativesOf, type ChoiceType } from "./alternatives.js";
import { at, flagsObject, flagsView, flagWords, member, object, plus, type View } from "./expressions.js";
import { layoutOf, payloadLayout, sequenceLayout } from "./layout.js";

/** Types whose values the guest knows as handles. */
export type HandleType = Extract<Type, { kind: "own" | "borrow" | "stream" | "future" }>;

/** A function that generated code calls to pass handles: `name(handle)` reads one, `name(value)` writes one. */
export interface HandleUse {
  readonly name: string;
  readonly type: HandleType;
  readonly direction: "read" | "write";
}

/**
 * Generates source code that reads and writes values in linear memory. The code depends only on types; names of fields and
 * cases enter it through `JSON.stringify`.
 *
 * The code expects `memory` (a `GuestMemory`), the other names of `compile.ts` and {@link uses} in its scope. Code that is
 * used more than once, or is large, becomes a function: see {@link helpers}.
 */
export class MemorySource {
  readonly #helpers: string[] = [];
  readonly #names = new Map<string, Map<Type, string>>();
  readonly #uses = new Map<string, HandleUse>();
  #touchesMemory = false;

  get helpers(): string {
    return this.#helpers.join("\n");
  }

  /** Whether any of the code reads or writes linear memory. */
  get touchesMemory(): boolean {
    return this.#touchesMemory;
  }

  /** Whether handles are borrowed: `scope` must be set before they are passed. */
  get borrows(): boolean {
    return this.uses.some((use) => use.type.kind === "borrow");
  }

  /** The functions that pass handles, which the scope of the code must provide by name. */
  get uses(): readonly HandleUse[] {
    return [...this.#uses.values()];
  }

  /** An expression: the value at `pointer`, which is an expression without side effects. */
  load(type: Type, pointer: string): string {
    this.#touchesMemory = true;
    switch (type.kind) {
      case "bool":
        return `(${at("u8", pointer)} !== 0)`;
      case "u8":
      case "s8":
      case "u16":
      case "s16":
      case "u32":
      case "s32":
      case "u64":
      case "s64":
      case "f32":
      case "f64":
        return at(type.kind, pointer);
      case "char":
        return `character(${at("u32", pointer)})`;
      case "string":
        return `readText(${at("u32", pointer)}, ${at("u32", plus(pointer, 4))})`;
      case "list":
        return `${this.listReader(type)}(${at("u32", pointer)}, ${at("u32", plus(pointer, 4))})`;
      case "map":
        return `${this.mapReader(type)}(${at("u32", pointer)}, ${at("u32", plus(pointer, 4))})`;
      case "json":
        return `readJsonText(${at("u32", pointer)}, ${at("u32", plus(pointer, 4))})`;
      case "own":
      case "borrow":
      case "stream":
      case "future":
        return this.read(type, at("s32", pointer));
      default:
        return `${this.helper("load", type, (name) => `function ${name}(p) {\n${this.#loadBody(type)}\n}`)}(${pointer})`;
    }
  }

  /** Statements that write the value (a plain identifier) to `pointer`. */
  store(type: Type, value: string, pointer: string): string {
    this.#touchesMemory = true;
    switch (type.kind) {
      case "bool":
        return `${at("u8", pointer)} = ${value} ? 1 : 0;`;
      case "u8":
      case "s8":
      case "u16":
      case "s16":
      case "u32":
      case "s32":
      case "u64":
      case "s64":
      case "f32":
      case "f64":
        return `${at(type.kind, pointer)} = ${value};`;
      case "char":
        return `${at("u32", pointer)} = ${value}.codePointAt(0);`;
      case "own":
      case "borrow":
      case "stream":
      case "future":
        return `${at("s32", pointer)} = ${this.write(type, value)};`;
      case "string":
      case "list":
      case "map":
      case "json": {
        // Writing may grow the memory: evaluate it before any view is read.
        const written = this.written(type, value);
        return `{ const q = ${written}; ${at("u32", pointer)} = q; ${at("u32", plus(pointer, 4))} = memory.length; }`;
      }
      default:
        return `${this.helper("store", type, (name) => `function ${name}(v, p) {\n${this.#storeBody(type)}\n}`)}(${value}, ${pointer});`;
    }
  }

  /**
   * Statements that write a function's `result`, whose case is known apart from its value: `isError` says which case it is,
   * `value` is the payload.
   */
  storeOutcome(type: ResultType, isError: string, value: string, pointer: string): string {
    const { offset } = payloadLayout([type.ok, type.err]);
    const part = (index: number, payload: Type | undefined) =>
      `${at("u8", pointer)} = ${index}; ${payload === undefined ? "" : this.store(payload, value, plus(pointer, offset))}`;
    return `if (${isError}) { ${part(1, type.err)} } else { ${part(0, type.ok)} }`;
  }

  /** An expression: the address of what was written, whose length is then `memory.length`. */
  protected written(type: Type, value: string): string {
    switch (type.kind) {
      case "list":
        return `${this.listWriter(type)}(${value})`;
      case "map":
        return `${this.#mapWriter(type)}(${value})`;
      default:
        return `${type.kind === "json" ? "writeJsonText" : "writeText"}(${value})`;
    }
  }

  protected touch(): void {
    this.#touchesMemory = true;
  }

  protected helper(purpose: string, type: Type, source: (name: string) => string): string {
    let names = this.#names.get(purpose);
    if (names === undefined) this.#names.set(purpose, (names = new Map()));
    let name = names.get(type);
    if (name === undefined) {
      name = `${purpose}${names.size}`;
      names.set(type, name);
      this.#helpers.push(source(name));
    }
    return name;
  }

  protected read(type: HandleType, handle: string): string {
    return `${this.#use(type, "read")}(${handle}${type.kind === "borrow" ? ", scope" : ""})`;
  }

  protected write(type: HandleType, value: string): string {
    return `${this.#use(type, "write")}(${value}${type.kind === "borrow" ? ", scope" : ""})`;
  }

  #use(type: HandleType, direction: HandleUse["direction"]): string {
    const what = type.kind === "own" || type.kind === "borrow" ? type.resource : type;
    for (const use of this.#uses.values()) {
      const known = use.type.kind === "own" || use.type.kind === "borrow" ? use.type.resource : use.type;
      if (known === what && use.type.kind === type.kind && use.direction === direction) return use.name;
    }
    const name = `${type.kind}${this.#uses.size}`;
    this.#uses.set(name, { name, type, direction });
    return name;
  }

  #loadBody(type: Type): string {
    switch (type.kind) {
      case "record": {
        const types = type.fields.map((field) => field.type);
        const { offsets } = sequenceLayout(types);
        return `return ${object(type.fields.map((field, index) => [camel(field.name), this.load(field.type, plus("p", offsets[index]!))]))};`;
      }
      case "tuple": {
        const { offsets } = sequenceLayout(type.items);
        return `return [${type.items.map((item, index) => this.load(item, plus("p", offsets[index]!))).join(", ")}];`;
      }
      case "flags": {
        const names = type.flags.map(({ name }) => camel(name));
        return `return ${flagsObject(names, (word) => at(flagsView(names.length), plus("p", word * 4)))};`;
      }
      default: {
        const alternatives = alternativesOf(type as ChoiceType);
        const { discriminant, offset } = payloadLayout(alternatives.map((alternative) => alternative.type));
        const cases = alternatives.map((alternative, index) => {
          const payload = alternative.type && this.load(alternative.type, plus("p", offset));
          return `case ${index}: return ${alternative.make(payload)};`;
        });
        const number = at(`u${discriminant * 8}` as View, "p");
        return `switch (${number}) {\n${cases.join("\n")}\ndefault: throw badCase(${number}, ${alternatives.length});\n}`;
      }
    }
  }

  #storeBody(type: Type): string {
    switch (type.kind) {
      case "record": {
        const { offsets } = sequenceLayout(type.fields.map((field) => field.type));
        return type.fields
          .map((field, index) => {
            const store = this.store(field.type, `e${index}`, plus("p", offsets[index]!));
            return `const e${index} = v${member(camel(field.name))}; ${store}`;
          })
          .join("\n");
      }
      case "tuple": {
        const { offsets } = sequenceLayout(type.items);
        return type.items
          .map(
            (item, index) =>
              `const e${index} = v[${index}]; ${this.store(item, `e${index}`, plus("p", offsets[index]!))}`,
          )
          .join("\n");
      }
      case "flags": {
        const names = type.flags.map(({ name }) => camel(name));
        return flagWords(names, "v")
          .map((word, index) => `${at(flagsView(names.length), plus("p", index * 4))} = ${word};`)
          .join("\n");
      }
      default: {
        const alternatives = alternativesOf(type as ChoiceType);
        const { discriminant, offset } = payloadLayout(alternatives.map((alternative) => alternative.type));
        const number = at(`u${discriminant * 8}` as View, "p");
        const branches = alternatives.map((alternative, index) => {
          const payload =
            alternative.type === undefined
              ? ""
              : `const e = ${alternative.payload("v")}; ${this.store(alternative.type, "e", plus("p", offset))}`;
          return `if (${alternative.test("v")}) { ${number} = ${index}; ${payload} }`;
        });
        return `${branches.join("\nelse ")}\nelse throw badValue();`;
      }
    }
  }

  protected listReader(type: ListType): string {
    return this.helper("readList", type, (name) => {
      const { size, alignment } = layoutOf(type.element);
      if (type.element.kind === "u8") {
        return `function ${name}(p, n) { memory.take(p, 1, n); return memory.bytes.slice(p, p + n); }`;
      }
      return `function ${name}(p, n) {
  memory.take(p, ${alignment}, n * ${size});${size === 0 ? " memory.spend(n);" : ""}
  const list = [];
  for (let i = 0; i < n; i++, p += ${size}) list.push(${this.load(type.element, "p")});
  return list;
}`;
    });
  }

  protected mapReader(type: MapType): string {
    return this.helper("readMap", type, (name) => {
      const { size, alignment, offsets } = sequenceLayout([type.key, type.value]);
      return `function ${name}(p, n) {
  memory.take(p, ${alignment}, n * ${size});
  const map = new Map();
  for (let i = 0; i < n; i++, p += ${size}) {
    const key = ${this.load(type.key, "p")};
    if (map.has(key)) throw repeatedKey(key);
    map.set(key, ${this.load(type.value, plus("p", offsets[1]!))});
  }
  return map;
}`;
    });
  }

  /** As {@link listWriter}. The map is read before the guest's allocator runs. */
  #mapWriter(type: MapType): string {
    return this.helper("writeMap", type, (name) => {
      const { size, alignment, offsets } = sequenceLayout([type.key, type.value]);
      return `function ${name}(v) {
  const parts = mapParts(v); if (parts === undefined) throw badValue();
  const n = parts.length / 2; const start = memory.allocate(${alignment}, n * ${size});
  for (let i = 0, p = start; i < n; i++, p += ${size}) {
    const k = parts[2 * i], e = parts[2 * i + 1];
    ${this.store(type.key, "k", "p")} ${this.store(type.value, "e", plus("p", offsets[1]!))}
  }
  memory.length = n; return start;
}`;
    });
  }

  /** A function that returns the address of the list, and sets `memory.length` to its length. */
  protected listWriter(type: ListType): string {
    return this.helper("writeList", type, (name) => {
      const { size, alignment } = layoutOf(type.element);
      if (type.element.kind === "u8") {
        return `function ${name}(v) { const n = v.length; const p = memory.allocate(1, n); memory.bytes.set(v, p); memory.length = n; return p; }`;
      }
      return `function ${name}(v) {
  const n = v.length; const start = memory.allocate(${alignment}, n * ${size});
  for (let i = 0, p = start; i < n; i++, p += ${size}) { const e = v[i]; ${this.store(type.element, "e", "p")} }
  memory.length = n; return start;
}`;
    });
  }
}
