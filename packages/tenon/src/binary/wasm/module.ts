import { malformed } from "../../errors/factories/binary.js";
import type { Image } from "../bytes/image.js";
import { Once } from "../bytes/once.js";
import { type ConstantValue, readConstant } from "./constant.js";
import { WasmCursor } from "./cursor.js";
import { type Producers, readProducers, readTargetFeatures, type TargetFeature } from "./custom-sections.js";
import { type DataSegment, readData } from "./data.js";
import {
  type ExternalType,
  readExports,
  readGlobalType,
  readImports,
  readTable,
  type WasmExport,
  type WasmImport,
} from "./externals.js";
import { memoryImage } from "./memory-image.js";
import { expectModuleOrder, readSections, sectionIds, type WasmSection } from "./sections.js";
import { type DefinedType, type FunctionType, type Limits, readLimits, readTypes } from "./types.js";
import { type WasiLevel, wasiLevelOf } from "./wasi-level.js";

/** A global that the module defines. */
export interface WasmGlobal {
  readonly type: Extract<ExternalType, { kind: "global" }>;
  readonly value: ConstantValue;
}

const pageSize = 65536;

/**
 * A core module. The list of sections is read immediately, their contents on first use. Code and elements are not read, so
 * an engine may still reject a module that is valid here.
 */
export class WasmModule {
  readonly kind = "module";
  readonly bytes: Uint8Array;
  readonly sections: readonly WasmSection[];
  readonly #once = new Once();

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.sections = readSections(bytes);
    expectModuleOrder(this.sections);
  }

  /** @throws TENON_BINARY_MALFORMED, like every other property below */
  get types(): readonly DefinedType[] {
    return this.#section("types", sectionIds.type, readTypes, []);
  }

  get imports(): readonly WasmImport[] {
    return this.#section("imports", sectionIds.import, readImports, []);
  }

  get exports(): readonly WasmExport[] {
    return this.#section("exports", sectionIds.export, readExports, []);
  }

  /** The type indexes of the functions that the module defines. */
  get functions(): Uint32Array {
    return this.#section("functions", sectionIds.function, readIndexes, new Uint32Array());
  }

  /** All tables, imported ones first. */
  get tables(): readonly Extract<ExternalType, { kind: "table" }>[] {
    return this.#once.get("tables", () => [
      ...this.#imported("table"),
      ...this.#section("own tables", sectionIds.table, readTables, []),
    ]);
  }

  /** All memories, imported ones first. */
  get memories(): readonly Limits[] {
    return this.#once.get("memories", () => [
      ...this.#imported("memory").map(({ limits }) => limits),
      ...this.#section("own memories", sectionIds.memory, (cursor) => readList(cursor, readLimits), []),
    ]);
  }

  /** The globals that the module defines; imported ones have lower numbers. */
  get globals(): readonly WasmGlobal[] {
    return this.#section("globals", sectionIds.global, (cursor) => this.#readGlobals(cursor), []);
  }

  /** The type indexes of the tags that the module defines. */
  get tags(): readonly number[] {
    return this.#section("tags", sectionIds.tag, (cursor) => readList(cursor, readTag), []);
  }

  get data(): readonly DataSegment[] {
    const isWide = (memory: number) => this.memories[memory]?.wide ?? false;
    return this.#section(
      "data",
      sectionIds.data,
      (cursor) => readData(cursor, (index) => this.#globalValue(index, this.globals), isWide),
      [],
    );
  }

  /** The function that is called when the module is instantiated. */
  get start(): number | undefined {
    return this.#section<number | undefined>("start", sectionIds.start, (cursor) => cursor.u32(), undefined);
  }

  /** The first memory with its data segments. Addresses are those of the linear memory; the bytes may be a copy of the file's. */
  get image(): Image {
    return this.#once.get("image", () => {
      const memory = this.memories[0];
      const pages = memory === undefined || memory.minimum > 1n << 32n ? 0 : Number(memory.minimum);
      return memoryImage(this.bytes, this.data, {
        bits: memory?.wide === true ? 64 : 32,
        size: pages * pageSize,
        platform: { os: this.#os(), arch: "wasm" },
      });
    });
  }

  /** Returns the type of a function by its index, imported ones first; `undefined` if there is none. */
  functionType(index: number): FunctionType | undefined {
    const imported = this.#imported("function");
    const type = this.types[imported[index]?.type ?? this.functions[index - imported.length] ?? -1];
    return type?.kind === "function" ? type : undefined;
  }

  /** Returns a view of the first custom section of a name. */
  customSection(name: string): Uint8Array | undefined {
    const section = this.sections.find((each) => each.name === name);
    return section === undefined ? undefined : this.bytes.subarray(section.offset, section.offset + section.size);
  }

  get producers(): Producers | undefined {
    const content = this.customSection("producers");
    return content === undefined ? undefined : readProducers(content);
  }

  get targetFeatures(): readonly TargetFeature[] {
    const content = this.customSection("target_features");
    return content === undefined ? [] : readTargetFeatures(content);
  }

  get wasiLevel(): WasiLevel {
    return wasiLevelOf(this.imports.map(({ module }) => module));
  }

  /** GOOS: programs for js import `gojs` (`go` before Go 1.21), programs for wasip1 import preview 1. */
  #os(): string | undefined {
    const modules = new Set(this.imports.map(({ module }) => module));
    if (modules.has("gojs") || modules.has("go")) return "js";
    return this.wasiLevel === "preview1" ? "wasip1" : undefined;
  }

  #imported<K extends ExternalType["kind"]>(kind: K): readonly Extract<ExternalType, { kind: K }>[] {
    return this.#once.get(`imported ${kind}`, () =>
      this.imports.flatMap(({ external }) =>
        external.kind === kind ? [external as Extract<ExternalType, { kind: K }>] : [],
      ),
    );
  }

  #readGlobals(cursor: WasmCursor): WasmGlobal[] {
    const found: WasmGlobal[] = [];
    const count = cursor.count();
    for (let index = 0; index < count; index++) {
      const type = readGlobalType(cursor);
      found.push({ type, value: readConstant(cursor, (earlier) => this.#globalValue(earlier, found)) });
    }
    return found;
  }

  #globalValue(index: number, own: readonly WasmGlobal[]): ConstantValue {
    const global = own[index - this.#imported("global").length];
    return global?.type.mutable === false ? global.value : undefined;
  }

  #section<T>(key: string, id: number, read: (cursor: WasmCursor) => T, none: T): T {
    return this.#once.get(key, () => {
      const section = this.sections.find((each) => each.id === id);
      if (section === undefined) return none;
      const cursor = new WasmCursor(this.bytes, section.offset, section.offset + section.size);
      const value = read(cursor);
      if (!cursor.isAtEnd) throw malformed(`section ${id} has extra bytes after its content`, cursor.at);
      return value;
    });
  }
}

function readIndexes(cursor: WasmCursor): Uint32Array {
  const indexes = new Uint32Array(cursor.count());
  for (let index = 0; index < indexes.length; index++) indexes[index] = cursor.u32();
  return indexes;
}

function readTag(cursor: WasmCursor): number {
  const start = cursor.at;
  if (cursor.byte() !== 0) throw malformed("a tag has an unknown attribute: only 0 (exception) is allowed", start);
  return cursor.u32();
}

function readList<T>(cursor: WasmCursor, read: (cursor: WasmCursor) => T): T[] {
  const count = cursor.count();
  const found: T[] = [];
  for (let index = 0; index < count; index++) found.push(read(cursor));
  return found;
}

function readTables(cursor: WasmCursor): Extract<ExternalType, { kind: "table" }>[] {
  return readList(cursor, (each) => {
    // A table with an initial value for all elements begins with two bytes that no type begins with.
    if (each.peek() !== 0x40) return readTable(each);
    each.skip(2);
    const table = readTable(each);
    readConstant(each, () => undefined);
    return table;
  });
}
