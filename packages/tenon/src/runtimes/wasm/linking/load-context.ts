import type { LoadRequest } from "../../../runtime/index.js";
import type { Capabilities } from "../../../wasi/index.js";
import type { CompiledModules, WasmPayload } from "../modules/payload.js";
import type { PluginState } from "../state/plugin-state.js";
import type { PluginFunction } from "./plugin-function.js";

/** What the loader of each kind of plugin receives. */
export interface LoadContext {
  readonly payload: WasmPayload;
  readonly request: LoadRequest;
  readonly plugin: PluginState;
  readonly capabilities: Capabilities;
  /** Returns the compiled form of a core module, by its bytes. */
  readonly module: (bytes: Uint8Array) => WebAssembly.Module;
  /** The compiled modules, which threads can share. */
  readonly shared: CompiledModules | undefined;
  /** The program's name: its first argument. */
  readonly name: string;
}

/** What the loader of each kind of plugin returns. */
export interface LoadedPlugin {
  readonly functions: ReadonlyMap<string, PluginFunction>;
  /** Closes what was opened for the plugin. */
  readonly release: () => void;
}
