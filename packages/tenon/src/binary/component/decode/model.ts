import type { ExternalType } from "../../wasm/externals.js";

/**
 * A decoded WebAssembly component: its definitions in file order, which is also the order in which they run when the
 * component is instantiated. Numbers are indices into the index spaces that earlier definitions filled.
 *
 * Source: Component Model, design/mvp/Binary.md and Explainer.md.
 */
export interface Component {
  readonly definitions: readonly Definition[];
  /** Offset of the component's preamble in the file. */
  readonly offset: number;
}

/** The index spaces of a component, on the component level and on the core level. */
export type Sort = "core-module" | "function" | "value" | "type" | "component" | "instance" | CoreSort;
export type CoreSort =
  | "core-function"
  | "core-table"
  | "core-memory"
  | "core-global"
  | "core-tag"
  | "core-type"
  | "core-module"
  | "core-instance";

/** A named reference to an item. */
export interface NamedItem {
  readonly name: string;
  readonly sort: Sort;
  readonly index: number;
}

/** Each definition adds one entry to one index space. `start` adds none, `export` adds one of the exported sort. */
export type Definition = { readonly offset: number } & (
  | { readonly kind: "core-module"; readonly bytes: Uint8Array }
  | { readonly kind: "core-instantiate"; readonly module: number; readonly arguments: readonly NamedItem[] }
  | { readonly kind: "core-bundle"; readonly exports: readonly NamedItem[] }
  | { readonly kind: "core-type"; readonly type: CoreModuleType | CoreFunctionType | CoreOtherType }
  | { readonly kind: "component"; readonly component: Component }
  | { readonly kind: "instantiate"; readonly component: number; readonly arguments: readonly NamedItem[] }
  | { readonly kind: "bundle"; readonly exports: readonly NamedItem[] }
  | AliasDefinition
  | { readonly kind: "type"; readonly type: TypeDefinition }
  | CanonDefinition
  | {
      readonly kind: "start";
      readonly function: number;
      readonly arguments: readonly number[];
      readonly results: number;
    }
  | { readonly kind: "import"; readonly name: string; readonly type: ExternType }
  | {
      readonly kind: "export";
      readonly name: string;
      readonly sort: Sort;
      readonly index: number;
      /** The declared type, if it is narrower than the actual one. */
      readonly type: ExternType | undefined;
    }
);

export type AliasDefinition =
  | { readonly kind: "alias-export"; readonly sort: Sort; readonly instance: number; readonly name: string }
  | { readonly kind: "alias-core-export"; readonly sort: CoreSort; readonly instance: number; readonly name: string }
  /** `count` 0 is the component itself, 1 the enclosing one. */
  | { readonly kind: "alias-outer"; readonly sort: Sort; readonly count: number; readonly index: number };

/** The type of an import or export. */
export type ExternType =
  | { readonly kind: "core-module"; readonly type: number }
  | { readonly kind: "function"; readonly type: number }
  | { readonly kind: "value"; readonly type: ValueType }
  /** A type: equal to one by index, or a new resource. */
  | { readonly kind: "type"; readonly equals: number | undefined }
  | { readonly kind: "component"; readonly type: number }
  | { readonly kind: "instance"; readonly type: number };

export type PrimitiveName =
  | "bool"
  | "s8"
  | "u8"
  | "s16"
  | "u16"
  | "s32"
  | "u32"
  | "s64"
  | "u64"
  | "f32"
  | "f64"
  | "char"
  | "string"
  | "error-context";

/** A primitive by name, or a defined type by index. */
export type ValueType = PrimitiveName | number;

export interface NamedType {
  readonly name: string;
  readonly type: ValueType;
}

export type TypeDefinition =
  | { readonly kind: "primitive"; readonly type: PrimitiveName }
  | { readonly kind: "record"; readonly fields: readonly NamedType[] }
  | {
      readonly kind: "variant";
      readonly cases: readonly { readonly name: string; readonly type: ValueType | undefined }[];
    }
  | { readonly kind: "list"; readonly element: ValueType; readonly length: number | undefined }
  | { readonly kind: "map"; readonly key: ValueType; readonly value: ValueType }
  | { readonly kind: "tuple"; readonly items: readonly ValueType[] }
  | { readonly kind: "flags"; readonly names: readonly string[] }
  | { readonly kind: "enum"; readonly names: readonly string[] }
  | { readonly kind: "option"; readonly some: ValueType }
  | { readonly kind: "result"; readonly ok: ValueType | undefined; readonly err: ValueType | undefined }
  | { readonly kind: "own" | "borrow"; readonly resource: number }
  | { readonly kind: "stream" | "future"; readonly element: ValueType | undefined }
  | {
      readonly kind: "function";
      readonly async: boolean;
      readonly parameters: readonly NamedType[];
      readonly result: ValueType | undefined;
    }
  | { readonly kind: "component-type"; readonly declarations: readonly TypeDeclaration[] }
  | { readonly kind: "instance-type"; readonly declarations: readonly TypeDeclaration[] }
  | {
      readonly kind: "resource";
      /** The core function that receives the representation when the resource is dropped. */
      readonly destructor: number | undefined;
      /** Whether the destructor is lifted asynchronously, with the callback if it is given. */
      readonly async: boolean;
      readonly callback: number | undefined;
    };

/** A declaration in the type of a component or instance: these have index spaces of their own. */
export type TypeDeclaration = { readonly offset: number } & (
  | { readonly kind: "core-type"; readonly type: CoreModuleType | CoreFunctionType | CoreOtherType }
  | { readonly kind: "type"; readonly type: TypeDefinition }
  | AliasDefinition
  | { readonly kind: "import"; readonly name: string; readonly type: ExternType }
  | { readonly kind: "export"; readonly name: string; readonly type: ExternType }
);

export interface CoreFunctionType {
  readonly kind: "core-function";
  readonly parameters: readonly string[];
  readonly results: readonly string[];
}

/** The type of a core module: its declarations have an index space of types of their own. */
export interface CoreModuleType {
  readonly kind: "core-module";
  readonly declarations: readonly CoreModuleDeclaration[];
}

/** Imports and exports refer to the type of a function or tag by its index among the declared types. */
export type CoreModuleDeclaration = { readonly offset: number } & (
  | { readonly kind: "type"; readonly type: CoreFunctionType | CoreOtherType }
  | { readonly kind: "alias-outer"; readonly count: number; readonly index: number }
  | { readonly kind: "import"; readonly module: string; readonly name: string; readonly external: ExternalType }
  | { readonly kind: "export"; readonly name: string; readonly external: ExternalType }
);

/** A core type that components only pass on: structs, arrays. */
export interface CoreOtherType {
  readonly kind: "core-other";
}

export type StringEncoding = "utf8" | "utf16" | "latin1+utf16";

/** Options of a canonical definition; numbers are indices of core memories and functions. */
export interface CanonOptions {
  readonly stringEncoding: StringEncoding;
  readonly memory: number | undefined;
  readonly realloc: number | undefined;
  readonly postReturn: number | undefined;
  readonly async: boolean;
  readonly callback: number | undefined;
}

/** Definitions of functions over the canonical ABI: `lift` adds a function, everything else a core function. */
export type CanonDefinition =
  | { readonly kind: "lift"; readonly core: number; readonly type: number; readonly options: CanonOptions }
  | { readonly kind: "lower"; readonly function: number; readonly options: CanonOptions }
  | { readonly kind: "resource-new" | "resource-rep"; readonly resource: number }
  | { readonly kind: "resource-drop"; readonly resource: number; readonly async: boolean }
  | { readonly kind: "task-return"; readonly result: ValueType | undefined; readonly options: CanonOptions }
  | {
      readonly kind:
        | "stream-new"
        | "future-new"
        | "stream-drop-readable"
        | "stream-drop-writable"
        | "future-drop-readable"
        | "future-drop-writable";
      readonly type: number;
    }
  | {
      readonly kind: "stream-read" | "stream-write" | "future-read" | "future-write";
      readonly type: number;
      readonly options: CanonOptions;
    }
  | {
      readonly kind: "stream-cancel-read" | "stream-cancel-write" | "future-cancel-read" | "future-cancel-write";
      readonly type: number;
      readonly async: boolean;
    }
  | { readonly kind: "error-context-new" | "error-context-debug-message"; readonly options: CanonOptions }
  | { readonly kind: "waitable-set-wait" | "waitable-set-poll"; readonly cancellable: boolean; readonly memory: number }
  | { readonly kind: "context-get" | "context-set"; readonly slot: number }
  | { readonly kind: "subtask-cancel"; readonly async: boolean }
  | { readonly kind: "thread-yield"; readonly cancellable: boolean }
  | {
      readonly kind:
        | "backpressure-set"
        | "backpressure-inc"
        | "backpressure-dec"
        | "task-cancel"
        | "subtask-drop"
        | "error-context-drop"
        | "waitable-set-new"
        | "waitable-set-drop"
        | "waitable-join";
    }
  /** A built-in of a proposal that is not final (threads). Decoded so that the error can name it; it never runs. */
  | { readonly kind: "unsupported"; readonly name: string };
