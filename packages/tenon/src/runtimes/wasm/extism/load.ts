import { WasmModule } from "../../../binary/wasm/index.js";
import { failedBy } from "../../../errors/factories/host.js";
import type { Finding } from "../../../errors/index.js";
import type { CoreFunction } from "../abi/code/options.js";
import { canSuspend } from "../abi/index.js";
import { HostFunctions } from "../linking/host-functions.js";
import type { LoadContext, LoadedPlugin } from "../linking/load-context.js";
import type { PluginFunction } from "../linking/plugin-function.js";
import { compileCall } from "./call.js";
import { planExports } from "./exports.js";
import { importFunction } from "./host-imports.js";
import { planImports } from "./imports.js";
import { Kernel } from "./kernel/kernel.js";
import { createServices } from "./services.js";
import { Session } from "./session.js";

/**
 * Loads an Extism plugin.
 *
 * @throws TENON_WASM_IMPORT_UNKNOWN, TENON_WASM_EXPORT_MISSING, TENON_EXTISM_SIGNATURE, TENON_EXTISM_SETTINGS, and failures of
 * its initialisation
 */
export function loadExtism({ payload, request, plugin, capabilities, module }: LoadContext): LoadedPlugin {
  const file = new WasmModule(payload.bytes);
  const { contract } = request;
  const exported = planExports(file, contract, plugin.subject);
  const imported = planImports(file, contract, plugin.subject);
  refuse([...exported.findings, ...imported.findings]);

  const suspends = !request.traits.blocking && canSuspend;
  const services = createServices({
    kernel: () => kernel,
    settings: request.settings,
    capabilities,
    log: (text) => request.log({ stream: "log", text }),
    plugin,
  });
  const kernel: Kernel = new Kernel(services, request.limits.memory, plugin.subject);
  const host = new HostFunctions(contract, request.imports);
  const functions = new Map<string, Map<string, CoreFunction>>();
  for (const plan of imported.plans) {
    const ofModule = functions.get(plan.module) ?? new Map<string, CoreFunction>();
    functions.set(
      plan.module,
      ofModule.set(plan.name, importFunction(plan, host, kernel, { subject: plugin.subject, suspends })),
    );
  }
  const called = exported.plans.map(({ name, signature }) => ({ name, suspends: suspends && signature.type.async }));
  const session = new Session({ module: module(payload.bytes), kernel, functions, capabilities, plugin, called });
  const calls = exported.plans.map((plan, number): [string, PluginFunction] => {
    const { signature } = plan;
    return [signature.path, { signature, call: compileCall(plan, number, session, plugin) }];
  });
  return { functions: new Map(calls), release: () => session.close() };
}

function refuse([first]: readonly Finding[]): void {
  if (first === undefined) return;
  throw failedBy([first], first.message, first.subject);
}
