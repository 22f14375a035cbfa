import {
  importsRejected,
  loadingFailed,
  memoryNotAllocated,
  moduleRejected,
  moduleTooLarge,
  pluginExited,
} from "../../../errors/factories/wasm.js";
import { exceptionThroughGuest } from "../../../errors/factories/wasm-call.js";
import { isTenonError, type TenonError } from "../../../errors/index.js";
import { WasiExit } from "../../../wasi/model/types.js";
import { trapError } from "../abi/index.js";
import type { LentMemory } from "../limits/lent-memory.js";
import type { PluginState } from "../state/plugin-state.js";
import { missingProposal } from "./missing-proposal.js";

/**
 * Compiles a core module.
 *
 * @throws TENON_WASM_INVALID
 */
export async function compileModule(bytes: Uint8Array, subject: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw invalidModule(cause, subject);
  }
}

/** {@link compileModule}, but synchronous: for loading, where nothing else waits for the thread. */
export function compileModuleSync(bytes: Uint8Array, subject: string): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    throw invalidModule(cause, subject);
  }
}

/**
 * Instantiates a core module and runs its start function.
 *
 * @param memory what lends it a memory, if it does not define its own
 * @throws TENON_WASM_IMPORT_UNKNOWN, TENON_WASM_LIMIT, TENON_WASM_TRAP, TENON_WASM_STACK, TENON_WASM_EXIT, and what a
 * host function that it calls throws
 */
export function instantiateModule(
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
  { subject, states }: PluginState,
  memory?: LentMemory,
): WebAssembly.Instance {
  try {
    memory?.lend(imports);
    return new WebAssembly.Instance(module, imports);
  } catch (cause) {
    const reported = states.at(-1)?.reported;
    if (reported === undefined) throw instantiationFailure(cause, subject);
    throw loadingFailed(subject, reported);
  }
}

function instantiationFailure(cause: unknown, subject: string): TenonError {
  if (isTenonError(cause)) return cause;
  if (cause instanceof WebAssembly.LinkError) {
    return importsRejected(subject, plain(cause), cause);
  }
  if (cause instanceof RangeError && /memory|allocat/i.test(cause.message)) {
    return memoryNotAllocated(subject, plain(cause), cause);
  }
  return explainFailure(cause, "its start function", subject);
}

/**
 * Returns the coded error for whatever WebAssembly threw.
 *
 * @param what the code that ran, for messages: `greet()`, `its start function`.
 */
export function explainFailure(thrown: unknown, what: string, subject: string): TenonError {
  if (isTenonError(thrown)) return thrown;
  if (thrown instanceof WasiExit) return pluginExited(subject, what, thrown.code, thrown);
  const error = trapError(thrown, what, subject);
  return isTenonError(error) ? error : exceptionThroughGuest(subject, what, error);
}

function invalidModule(cause: unknown, subject: string): TenonError {
  const why = plain(cause);
  if (cause instanceof RangeError) return moduleTooLarge(subject, why, cause);
  return moduleRejected(subject, why, cause, missingProposal(why));
}

/** The message without the engine's prefix: `WebAssembly.compile(): `. */
function plain(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replace(/^WebAssembly\.\w+\(\): /, "");
}
