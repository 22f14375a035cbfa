import type { WasmKind } from "./artifact-kind.js";

/** What a WebAssembly plugin is loaded from: survives a structured clone. */
export interface WasmPayload {
  readonly kind: WasmKind;
  /** As the host's user named it: for messages. */
  readonly given: string;
  readonly bytes: Uint8Array;
}

/** Compiled core modules, by the byte of the file at which they begin. Threads of one process share them. */
export type CompiledModules = ReadonlyMap<number, WebAssembly.Module>;
