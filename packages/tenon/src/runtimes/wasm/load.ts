import { basename } from "node:path";
import { generatesCode } from "../../contract/core.js";
import { pluginClosed } from "../../errors/factories/closed.js";
import { grantInvalid } from "../../errors/factories/grant.js";
import { codeGenerationForbidden, loadStopped } from "../../errors/factories/host.js";
import { loadingFailed, pluginCrashed } from "../../errors/factories/wasm.js";
import type { TenonError } from "../../errors/index.js";
import { guestFolder } from "../../grants/missing-grants.js";
import type { Instance, LoadRequest, Prepared } from "../../runtime/index.js";
import { createCapabilities } from "../../wasi/index.js";
import { recordDeepStacks } from "./abi/index.js";
import { CallQueue } from "./call-queue.js";
import { loadCommand } from "./command/run.js";
import { loadCoreModule } from "./core-module/load.js";
import { loadExtism } from "./extism/load.js";
import { PrintedFailures, reportIn } from "./frames/printed-failures.js";
import { panicsQuietly } from "./frames/quiet-panics.js";
import { WasmInstance } from "./instance.js";
import type { LoadContext } from "./linking/load-context.js";
import { loadComponent } from "./load-component.js";
import { moduleFinder, modulesOf } from "./modules/compile.js";
import { explainFailure } from "./modules/engine.js";
import type { CompiledModules, WasmPayload } from "./modules/payload.js";
import { type PluginState, sourcesOf } from "./state/plugin-state.js";
import { StderrRecorder } from "./stderr-recorder.js";

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
export async function loadWasm(
  prepared: Prepared<WasmPayload, CompiledModules>,
  given: LoadRequest,
): Promise<Instance> {
  const request = withOwnFolder(given);
  const { payload, shared } = prepared;
  const subject = payload.given;
  if (request.traits.thread === "own") recordDeepStacks();
  if (request.signal.aborted) throw loadStopped(subject, request.signal.reason);
  if (payload.kind !== "command" && !generatesCode()) throw codeGenerationForbidden(subject, "values of WebAssembly");
  let onTrap: (error: TenonError) => void = () => {};
  const lost = new Promise<TenonError>((resolve) => {
    onTrap = (cause) => resolve(pluginCrashed(subject, cause));
  });
  const sources = sourcesOf(payload.bytes);
  const quiet = request.traits.thread === "host" && panicsQuietly(modulesOf(payload));
  const plugin: PluginState = {
    subject,
    limit: request.limits.bytes,
    sources,
    states: [],
    panicsQuietly: quiet,
    onTrap,
  };
  const printed = new StderrRecorder();
  const failures = new PrintedFailures(() => plugin.states);
  const name = basename(prepared.path);
  const capabilities = createCapabilities({
    grants: request.grants,
    settings: request.options,
    name,
    log: (line) => {
      printed.record(line);
      request.log(line);
    },
    noticeErrors: (bytes) => failures.printed(bytes),
    signal: request.signal,
  });
  try {
    const module = moduleFinder(payload, shared, request.limits);
    const loading: LoadContext = {
      payload,
      request,
      plugin,
      capabilities,
      module,
      shared,
      name,
    };
    const { functions, release } = await loaders[payload.kind](loading);
    printed.stop();
    return new WasmInstance({
      subject,
      functions,
      lost,
      queue: new CallQueue(plugin.states),
      yields: plugin.states.some(({ concurrency }) => concurrency.yields),
      release() {
        for (const { concurrency } of plugin.states) concurrency.fail(pluginClosed(subject));
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

/** Where a plugin sees its own folder of storage. */
const ownFolder = "/data";

/** @throws TENON_GRANT_INVALID if another folder is granted at the same path */
function withOwnFolder(request: LoadRequest): LoadRequest {
  const { folder, grants } = request;
  if (folder === undefined) return request;
  if (Object.keys(grants.folders ?? {}).some((path) => guestFolder(path) === ownFolder))
    throw grantInvalid(
      "folders",
      ownFolder,
      "the plugin's own folder is there, because grants.storage.folder is given",
    );
  return {
    ...request,
    grants: { ...grants, folders: { ...grants.folders, [ownFolder]: { path: folder, write: true } } },
  };
}

/**
 * Returns TENON_LOAD_FAILED for a failure of the plugin's own code. Errors about the file keep their code.
 *
 * @param printed what the plugin wrote to its standard error: many languages print there why they exit.
 */
function loadFailure(error: TenonError, subject: string, printed: string): TenonError {
  return pluginFailures.has(error.code) ? loadingFailed(subject, error, printed, reportIn(printed)) : error;
}

const pluginFailures: ReadonlySet<string> = new Set([
  "TENON_WASM_TRAP",
  "TENON_WASM_STACK",
  "TENON_WASM_ABI",
  "TENON_PLUGIN_CRASHED",
  "TENON_CALL_THREW",
  "TENON_IMPORT_THREW",
  "TENON_SYNC_UNAVAILABLE",
]);
