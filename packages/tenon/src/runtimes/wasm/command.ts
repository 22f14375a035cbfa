import { signatures } from "../../contract/core.js";
import { errors } from "../../errors/index.js";
import { createPreview1, WasiExit } from "../../wasi/index.js";
import type { CoreFunction } from "./abi/options.js";
import { commandContract } from "./command-contract.js";
import { explainFailure, instantiateModule } from "./engine.js";
import type { Loaded, Loading } from "./load.js";
import type { PluginState } from "./plugin-state.js";

/** Loads a command of preview 1: each run has an instance of its own, as a program has a process. */
export function loadCommand({ payload, plugin, capabilities, module }: Loading): Loaded {
  const compiled = module(payload.bytes);
  const [signature] = signatures(commandContract.exports);
  if (signature === undefined) throw errors.TENON_INTERNAL("the contract of commands has no function");
  const call = () =>
    runCommand(plugin.subject, () => {
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
    });
  return { functions: new Map([[signature.path, { signature, call }]]), release() {} };
}

/**
 * Runs a command once, in an instance that is made for the run and released after it.
 *
 * @throws TENON_CALL_RESULT when it ends with a code other than 0; what else ends it, coded
 */
export function runCommand(subject: string, start: () => { run(): unknown; release(): void }): void {
  let release = () => {};
  try {
    const started = start();
    release = started.release;
    started.run();
  } catch (thrown) {
    const exit = exitOf(thrown);
    if (exit === undefined) throw explainFailure(thrown, "run()", subject);
    if (exit.code !== 0) throw failed(subject, exit);
  } finally {
    release();
  }
}

/** The exit that ended a program, found in what came out of it. */
function exitOf(thrown: unknown): WasiExit | undefined {
  for (let at: unknown = thrown, depth = 0; depth < 4; at = (at as Error | undefined)?.cause, depth++)
    if (at instanceof WasiExit) return at;
  return undefined;
}

function failed(subject: string, exit: WasiExit) {
  return errors.TENON_CALL_RESULT({
    message: `${subject} ended with exit code ${exit.code}`,
    subject: "run.run",
    payload: undefined,
    cause: exit,
  });
}

function importsOf(
  module: WebAssembly.Module,
  preview1: WebAssembly.ModuleImports | Readonly<Record<string, CoreFunction>>,
  { subject }: PluginState,
): WebAssembly.Imports {
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const isPreview1 = from === "wasi_snapshot_preview1";
    const found = isPreview1 ? (preview1 as WebAssembly.ModuleImports)[name] : undefined;
    if (found === undefined) {
      throw errors.TENON_WASM_IMPORT_UNKNOWN({
        message: `${subject} imports "${from}" "${name}", which WASI preview 1 does not have`,
        subject: `${from}#${name}`,
      });
    }
    imports[from] ??= {};
    imports[from][name] = found;
  }
  return imports;
}
