import type { LoadRequest } from "../../../runtime/index.js";
import { createPreview2, type HostInterfaces, type Preview2 } from "../../../wasi/index.js";
import { guestInterfaces } from "../linking/guest-interfaces.js";
import { HostFunctions } from "../linking/host-functions.js";
import type { LoadContext } from "../linking/load-context.js";
import { notePanic } from "../linking/panic-report.js";
import { parseComponent } from "../modules/parsed-component.js";
import { LinkRecord } from "../state/link-record.js";
import { type PluginState, runningState } from "../state/plugin-state.js";
import { importSource } from "./imports.js";
import { type Linked, linkComponent } from "./linker.js";

/** An instance of a component. */
export interface LinkedComponent extends Linked {
  /** WASI for this instance. */
  readonly preview2: Preview2;
  /** Closes its files and sockets. */
  release(): void;
}

const known = new WeakMap<LoadRequest, HostFunctions>();

function hostFunctionsOf(request: LoadRequest): HostFunctions {
  let host = known.get(request);
  if (host === undefined) known.set(request, (host = new HostFunctions(request.contract, request.imports)));
  return host;
}

/** Creates an instance of a component, with its imports: the host's functions, WASI and the guest package. */
export function instantiateComponent(
  { payload, request, capabilities, module }: LoadContext,
  plugin: PluginState,
): LinkedComponent {
  const preview2 = createPreview2(capabilities);
  const guest = guestInterfaces({
    settings: request.settings,
    log: (text, level, fields) => request.log({ stream: "log", text, level, fields }),
    panic: (text) => notePanic(runningState(plugin), text),
  });
  const wasi: HostInterfaces = {
    get: (name) => guest.get(name) ?? preview2.get(name),
    close: () => preview2.close(),
  };
  const host = hostFunctionsOf(request);
  const { component } = parseComponent(payload.bytes);
  const linked = linkComponent(component, {
    plugin,
    module,
    suspends: !request.traits.blocking,
    record: plugin.record ?? new LinkRecord(),
    source: (name) => importSource(name, host, wasi, plugin.subject),
  });
  return { ...linked, preview2, release: () => preview2.close() };
}
