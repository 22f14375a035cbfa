import { basename } from "node:path";
import { errors, isTenonError, type TenonError } from "../../errors/index.js";
import type { Instance, LoadRequest, Prepared } from "../../runtime/index.js";
import type { Capabilities } from "../../wasi/index.js";
import { createCapabilities } from "../../wasi/index.js";
import { closedError } from "./closed-error.js";
import { loadCommand } from "./command.js";
import { moduleFinder } from "./compile.js";
import { loadComponent } from "./component/load.js";
import { loadCoreModule } from "./core-module/load.js";
import { explainFailure } from "./engine.js";
import { loadExtism } from "./extism/load.js";
import { WasmInstance } from "./instance.js";
import { LastWords } from "./last-words.js";
import type { CompiledModules, WasmPayload } from "./payload.js";
import type { PluginFunction } from "./plugin-function.js";
import { type PluginState, sourcesOf } from "./plugin-state.js";

/** What each kind of plugin is loaded with. */
export interface Loading {
  readonly payload: WasmPayload;
  readonly request: LoadRequest;
  readonly plugin: PluginState;
  readonly capabilities: Capabilities;
  /** The compiled form of a core module, found by its bytes. */
  readonly module: (bytes: Uint8Array) => WebAssembly.Module;
  /** What threads can have of the compiled form. */
  readonly shared: CompiledModules | undefined;
  /** The program's own name: its first argument. */
  readonly name: string;
}

/** What loading one kind of plugin gives. */
export interface Loaded {
  readonly functions: ReadonlyMap<string, PluginFunction>;
  /** Closes what was opened for the plugin. */
  readonly release: () => void;
}

const loaders = {
  component: loadComponent,
  "core-module": loadCoreModule,
  command: loadCommand,
  extism: loadExtism,
} as const;

/**
 * Links and instantiates a prepared plugin here.
 *
 * @throws TENON_WASM_IMPORT_UNKNOWN, TENON_WASM_EXPORT_MISSING, TENON_WASM_EXPORT_TYPE, TENON_WASM_TRAP, TENON_WASM_STACK,
 * TENON_WASM_LIMIT, TENON_WASM_EXIT, TENON_GRANT_INVALID, TENON_LOAD_DEADLINE
 */
export async function loadWasm(prepared: Prepared, request: LoadRequest): Promise<Instance> {
  const payload = prepared.payload as WasmPayload;
  const subject = payload.given;
  if (request.signal.aborted) throw abandoned(request.signal, subject);
  let lose: (error: TenonError) => void = () => {};
  const lost = new Promise<TenonError>((resolve) => {
    lose = (cause) => resolve(errors.TENON_PLUGIN_CRASHED({ message: `${subject}: ${cause.message}`, subject, cause }));
  });
  const sources = sourcesOf(payload.bytes);
  const plugin: PluginState = { subject, limit: request.limits.bytes, sources, states: [], lose };
  const printed = new LastWords();
  const name = basename(prepared.path);
  const capabilities = createCapabilities({
    grants: request.grants,
    name,
    log: (line) => {
      printed.push(line);
      request.log(line);
    },
    signal: request.signal,
  });
  try {
    const shared = prepared.shared as CompiledModules | undefined;
    const module = moduleFinder(payload, shared, request.limits);
    const loading: Loading = {
      payload,
      request,
      plugin,
      capabilities,
      module,
      shared,
      name,
    };
    const { functions, release } = await loaders[payload.kind](loading);
    printed.end();
    return new WasmInstance({
      subject,
      functions,
      lost,
      release() {
        for (const { concurrency } of plugin.states) concurrency.fail(closedError(subject));
        release();
        capabilities.close();
      },
    });
  } catch (thrown) {
    capabilities.close();
    const reported = plugin.states.find((state) => state.reported !== undefined)?.reported;
    throw loadFailure(explainFailure(reported ?? thrown, "its initialisation", subject), subject, printed.text);
  }
}

/**
 * What went wrong in the plugin's own code is a failure of loading; what is wrong with the file keeps its code.
 *
 * @param printed what the plugin wrote to its standard error meanwhile: many languages tell there why they end.
 */
function loadFailure(error: TenonError, subject: string, printed: string): TenonError {
  if (!ownFailures.has(error.code)) return error;
  const [told = error.message] = printed.split("\n").filter((line) => line.trim() !== "");
  const pluginStack = printed === "" ? error.pluginStack : printed;
  return errors.TENON_LOAD_FAILED({
    message: `${subject} failed while loading: ${told}`,
    subject,
    cause: error,
    ...(pluginStack === undefined ? {} : { pluginStack }),
  });
}

const ownFailures: ReadonlySet<string> = new Set([
  "TENON_WASM_TRAP",
  "TENON_WASM_STACK",
  "TENON_WASM_ABI",
  "TENON_PLUGIN_CRASHED",
  "TENON_CALL_THREW",
  "TENON_IMPORT_THREW",
  "TENON_SYNC_UNAVAILABLE",
]);

function abandoned({ reason }: AbortSignal, subject: string): TenonError {
  if (isTenonError(reason)) return reason;
  const message = `${subject}: loading was given up before it began`;
  return errors.TENON_LOAD_DEADLINE({ message, subject, cause: reason });
}
