import { readWasm } from "../../binary/wasm/index.js";
import type { Builder } from "../../build/builder.js";
import { signatures } from "../../contract/core.js";
import type { Runtime } from "../../runtime/index.js";
import { ownUrl } from "../../runtime/own-package.js";
import { contractOfWasm } from "./carried-contract.js";
import { checkWasm } from "./check.js";
import { enforcedGrants } from "./enforced-grants.js";
import { entryNames } from "./entries.js";
import { httpHandlerOf } from "./http/load.js";
import { loadWasm } from "./load.js";
import { kindOf } from "./modules/artifact-kind.js";
import type { CompiledModules, WasmPayload } from "./modules/payload.js";
import { wasmOptions } from "./options.js";
import { prepareWasm, wasmDigest } from "./prepare.js";
import { binaryForm, builderFor, recogniseWasm } from "./recognise.js";
import { readSource } from "./source.js";

/** The options of the WebAssembly runtime. */
export interface WasmRuntimeOptions {
  /** Builders that compile source to WebAssembly, in the order in which they are asked. */
  readonly builders?: readonly Builder<"wasm">[];
}

/**
 * Creates the runtime for WebAssembly plugins: components, core modules with the canonical ABI's names, WASI commands, Extism
 * plugins, and source that one of the builders recognises. See docs/webassembly.md.
 */
export function createWasmRuntime({ builders = [] }: WasmRuntimeOptions = {}): Runtime<WasmPayload, CompiledModules> {
  return {
    name: "wasm",
    module: ownUrl("runtimes/wasm/loading.js"),
    offers: () => true,
    place: "inline",
    options: wasmOptions,
    learns: false,
    isolates: "sandboxed",
    enforces: enforcedGrants,
    stores: ["folder"],
    entries: { names: entryNames, sources: builders.flatMap(({ entries }) => entries.sources ?? []) },
    recognise: (artifact) => recogniseWasm(artifact, builders),
    async contract(artifact, host) {
      if (binaryForm(artifact.head) !== undefined) return contractOfWasm((await readSource(artifact, [])).bytes, host);
      return (await builderFor(artifact, builders))?.builder.contract(artifact);
    },
    async inputs(artifact) {
      if (binaryForm(artifact.head) !== undefined) return [artifact.path];
      const built = await readSource(artifact, builders).catch(() => undefined);
      return built?.inputs ?? (await builderFor(artifact, builders))?.builder.inputs?.(artifact);
    },
    check: (artifact, contract, signal) => checkWasm(artifact, contract, builders, signal),
    async startsThreads(artifact, contract) {
      const { bytes } = await readSource(artifact, builders);
      if (kindOf(readWasm(bytes)) !== "component") return false;
      return signatures(contract.exports).length === 1 && httpHandlerOf(bytes, contract) !== undefined;
    },
    digest: (artifact, signal) => wasmDigest(artifact, builders, signal),
    prepare: (artifact, signal, limits) => prepareWasm(artifact, builders, signal, limits),
    load: loadWasm,
  };
}
