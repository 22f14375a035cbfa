import type { WasmKind } from "./artifact-kind.js";

/** What a WebAssembly plugin is loaded from. It can be cloned to another thread or process. */
export interface WasmPayload {
  readonly kind: WasmKind;
  /** The path as the user gave it, for messages. */
  readonly given: string;
  readonly bytes: Uint8Array;
}

/** Compiled core modules, by their offset in the file. Threads of one process share them. */
export type CompiledModules = ReadonlyMap<number, WebAssembly.Module>;
