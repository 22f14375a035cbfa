import { errors, isTenonError, type TenonError } from "../../errors/index.js";
import { WasiExit } from "../../wasi/model.js";
import { trapError } from "./abi/index.js";
import { missingProposal } from "./missing-proposal.js";
import type { PluginState } from "./plugin-state.js";

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

/** The same, now: where a plugin is loaded and nothing else waits. */
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
 * @throws TENON_WASM_IMPORT_UNKNOWN, TENON_WASM_LIMIT, TENON_WASM_TRAP, TENON_WASM_STACK, TENON_WASM_EXIT, and what a
 * host function that it calls throws
 */
export function instantiateModule(
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
  { subject, states }: PluginState,
): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(module, imports);
  } catch (cause) {
    const reported = states.at(-1)?.reported;
    if (reported === undefined) throw instantiationFailure(cause, subject);
    const { message, pluginStack = "" } = reported;
    throw errors.TENON_LOAD_FAILED({ message, subject, pluginStack, cause: reported });
  }
}

function instantiationFailure(cause: unknown, subject: string): TenonError {
  if (isTenonError(cause)) return cause;
  if (cause instanceof WebAssembly.LinkError) {
    return errors.TENON_WASM_IMPORT_UNKNOWN({
      message: `${subject}: the engine refuses its imports: ${plain(cause)}`,
      subject,
      cause,
    });
  }
  if (cause instanceof RangeError && /memory|allocat/i.test(cause.message)) {
    return errors.TENON_WASM_LIMIT({
      message: `${subject}: its memory cannot be had: ${plain(cause)}`,
      subject,
      cause,
    });
  }
  return explainFailure(cause, "its start function", subject);
}

/** Whatever came out of WebAssembly, as a coded error. */
export function explainFailure(thrown: unknown, label: string, subject: string): TenonError {
  if (isTenonError(thrown)) return thrown;
  if (thrown instanceof WasiExit) {
    const message = `${subject}: ${label} ended the plugin with exit code ${thrown.code}`;
    const exit = errors.TENON_WASM_EXIT({ message, subject, cause: thrown });
    return errors.TENON_PLUGIN_CRASHED({ message, subject, cause: exit });
  }
  const error = trapError(thrown, label, subject);
  if (isTenonError(error)) return error;
  const why = error instanceof Error ? error.message : String(error);
  return errors.TENON_WASM_TRAP({
    message: `${subject}: ${label} was left by an exception: ${why}`,
    subject,
    cause: error,
  });
}

function invalidModule(cause: unknown, subject: string): TenonError {
  if (cause instanceof RangeError) {
    return errors.TENON_WASM_LIMIT({
      message: `${subject}: the engine cannot hold it: ${plain(cause)}`,
      subject,
      cause,
    });
  }
  const why = plain(cause);
  const missing = missingProposal(why);
  const added = missing === undefined ? "" : ` (this engine lacks the proposal ${missing.name})`;
  return errors.TENON_WASM_INVALID({
    message: `${subject}: the engine refuses a module in it: ${why}${added}`,
    subject,
    cause,
    ...(missing === undefined ? {} : { fix: missing.fix }),
  });
}

/** Without the engine's own prefix: `WebAssembly.compile(): `. */
function plain(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replace(/^WebAssembly\.\w+\(\): /, "");
}
