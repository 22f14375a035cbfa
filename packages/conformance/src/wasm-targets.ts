import { createHost, type PlaceName } from "tenon";
import { type Capabilities, everythingOffered, type Target } from "tenon/testing";
import { rustArtifacts } from "./rust-artifacts.js";

/** What no WebAssembly plugin is asked, wherever it runs. */
const anywhere: Capabilities = {
  ...everythingOffered,
  "wrong-values": "A component's types are fixed: it has no way to give a value of another type than its contract's.",
  "memory-limit": "Beyond the limit the plugin is given no more memory, and what it does then is its own: Rust traps.",
  exit: "A component that ends itself ends its instance with TENON_WASM_EXIT, and no thread or process.",
};

const places: Readonly<Record<string, Capabilities>> = {
  inline: {
    ...anywhere,
    interrupt: "Inline, plugin and host share one thread, and nothing can stop a loop in it.",
  },
  worker: anywhere,
  process: {
    ...anywhere,
    sync: "The host cannot wait for a process without stopping its own event loop; use `plugin.exports`, or the worker place.",
  },
};

/** Cases that cannot be asked of a component, whatever it is written in. */
const componentExceptions: Readonly<Record<string, string>> = {
  "open/optional-host": "A component imports a function or does not, and cannot ask whether it is there.",
  "callbacks/throws": "A host function that throws ends the component's instance: nothing in it can catch that.",
  "streams/host-broken": "A component's stream cannot tell of a failure: a host's that fails ends the instance.",
  "streams/wrong-element": "A component's stream cannot tell of a failure: a host's that fails ends the instance.",
  "futures/fails": "A component's future cannot fail but with the whole component.",
  "futures/unread": "A component's future cannot fail but with the whole component.",
  "futures/host-fails": "A component's future cannot tell of a failure: a host's that fails ends the instance.",
};

const rustExceptions: Readonly<Record<string, string>> = {
  ...componentExceptions,
  "sync/errors": "A panic of Rust is the end of the instance, and a synchronous call cannot wait for the restart.",
};

/** Components in Rust, with everything asynchronous through the component model's own asynchronous functions. */
async function rustTargets(): Promise<readonly Target[]> {
  const artifacts = await rustArtifacts();
  if ("notOffered" in artifacts) {
    console.error(`conformance: no WebAssembly plugins in Rust here: ${artifacts.notOffered}`);
    return [];
  }
  return (Object.entries(places) as [PlaceName, Capabilities][]).map(([place, capabilities]) => ({
    runtime: "wasm-rust",
    place,
    createHost,
    capabilities,
    artifacts: place === "inline" ? { ...artifacts, waitsAtLoad: waitsInline } : artifacts,
    exceptions: rustExceptions,
    stackFile: "kitchen-sink/src/errors.rs",
  }));
}

const waitsInline = {
  notOffered: "Inline, a component that waits while it is instantiated holds the host's own thread.",
};

/** WebAssembly plugins in every place. */
export const wasmTargets: readonly Target[] = await rustTargets();
