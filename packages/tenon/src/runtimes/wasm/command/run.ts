import { signatures } from "../../../contract/core.js";
import { commandFailed, commandImportUnknown, linkingFailed } from "../../../errors/factories/wasm.js";
import { isTenonError } from "../../../errors/index.js";
import { createPreview1, preview1Module, WasiExit } from "../../../wasi/index.js";
import type { CoreFunction } from "../abi/code/options.js";
import type { LoadContext, LoadedPlugin } from "../linking/load-context.js";
import { explainFailure, instantiateModule } from "../modules/engine.js";
import type { PluginState } from "../state/plugin-state.js";
import { commandContract } from "./contract.js";
import { programFunctions } from "./program.js";

/** Creates an instance of a command for one run. */
export type StartCommand = () => { run(): unknown; release(): void };

/** Loads a command of preview 1. Each run gets its own instance, as each run of a program gets its own process. */
export function loadCommand(loading: LoadContext): LoadedPlugin {
  const [signature] = signatures(commandContract.exports);
  if (signature === undefined) throw linkingFailed("the contract of commands has no function");
  const start = commandModule(loading);
  const call = () => runCommand(loading.plugin.subject, start);
  const { functions, release } = programFunctions(loading);
  return { functions: new Map([...functions, [signature.path, { signature, call }]]), release };
}

/** Returns what creates instances of a command of preview 1. */
export function commandModule({ payload, plugin, capabilities, module }: LoadContext): StartCommand {
  const compiled = module(payload.bytes);
  return () => {
    const preview1 = createPreview1(capabilities);
    const release = () => preview1.close();
    try {
      const instance = instantiateModule(compiled, importsOf(compiled, preview1.imports, plugin), plugin);
      if (instance.exports.memory instanceof WebAssembly.Memory) preview1.bind(instance.exports.memory);
      return { run: instance.exports._start as CoreFunction, release };
    } catch (thrown) {
      release();
      throw thrown;
    }
  };
}

/**
 * Runs a command once, in an instance that is created for the run and released after it.
 *
 * @throws TENON_CALL_RESULT if it exits with a code other than 0; for other failures, their coded error
 */
export function runCommand(subject: string, start: StartCommand): void {
  const { code, cause } = runToExit(subject, start);
  if (code !== 0) throw commandFailed(subject, code, cause);
}

/** Runs a command once, and returns its exit code. @throws the coded error of a failure */
export function exitCodeOf(subject: string, start: StartCommand): number {
  return runToExit(subject, start).code;
}

function runToExit(subject: string, start: StartCommand): { readonly code: number; readonly cause?: unknown } {
  let release = () => {};
  try {
    const started = start();
    release = started.release;
    started.run();
    return { code: 0 };
  } catch (thrown) {
    const exit = exitOf(thrown);
    if (exit !== undefined) return { code: exit.code, cause: exit };
    // The error case of its `run`.
    if (isTenonError(thrown, "TENON_CALL_RESULT")) return { code: 1, cause: thrown };
    throw explainFailure(thrown, "run()", subject);
  } finally {
    release();
  }
}

/** Returns the exit that ended a program, if what it threw is one or was caused by one. */
function exitOf(thrown: unknown): WasiExit | undefined {
  for (let at: unknown = thrown, depth = 0; depth < 4; at = (at as Error | undefined)?.cause, depth++)
    if (at instanceof WasiExit) return at;
  return undefined;
}

function importsOf(
  module: WebAssembly.Module,
  preview1: WebAssembly.ModuleImports | Readonly<Record<string, CoreFunction>>,
  { subject }: PluginState,
): WebAssembly.Imports {
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const found = from === preview1Module ? (preview1 as WebAssembly.ModuleImports)[name] : undefined;
    if (found === undefined) throw commandImportUnknown(subject, kind, from, name).error();
    imports[from] ??= {};
    imports[from][name] = found;
  }
  return imports;
}
