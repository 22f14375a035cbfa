import { signatures } from "../../../contract/core.js";
import { createPreview1 } from "../../../wasi/index.js";
import { canSuspend } from "../abi/index.js";
import { guestInterfaces } from "../linking/guest-interfaces.js";
import { HostFunctions } from "../linking/host-functions.js";
import type { LoadContext, LoadedPlugin } from "../linking/load-context.js";
import { notePanic } from "../linking/panic-report.js";
import { runningState } from "../state/plugin-state.js";
import { linkCoreModule } from "./link.js";

/** Loads a core module whose imports and exports have the canonical ABI's names. */
export function loadCoreModule({ payload, request, plugin, capabilities, module }: LoadContext): LoadedPlugin {
  const preview1 = createPreview1(capabilities);
  const functions = linkCoreModule({
    module: module(payload.bytes),
    contract: request.contract,
    host: new HostFunctions(request.contract, request.imports),
    interfaces: guestInterfaces({
      settings: request.settings,
      log: (text, level, fields) => request.log({ stream: "log", text, level, fields }),
      panic: (text) => notePanic(runningState(plugin), text),
    }),
    preview1,
    plugin,
    clocks: capabilities.clocks,
    suspends:
      canSuspend && !request.traits.blocking && signatures(request.contract.imports).some(({ type }) => type.async),
  });
  return { functions, release: () => preview1.close() };
}
