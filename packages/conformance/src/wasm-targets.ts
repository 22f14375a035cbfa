import { createHost, type PlaceName } from "tenon";
import { type Capabilities, everythingOffered, type Target } from "tenon/testing";
import { rustArtifacts } from "./rust-artifacts.js";

/** What WebAssembly plugins do not support, in any place. */
const anywhere: Capabilities = {
  ...everythingOffered,
  "thrown-values": "WebAssembly throws no JavaScript values.",
  "recursive-types": "The Component Model has no recursive types.",
  "wrong-values": "A component's types are fixed: it cannot return a value of a type that is not in its contract.",
  "memory-limit": "At the limit, the plugin gets no more memory. What happens then depends on the plugin: Rust traps.",
  exit: "A component that exits ends its instance with TENON_WASM_EXIT, but no thread or process.",
};

const places: Readonly<Record<string, Capabilities>> = {
  inline: {
    ...anywhere,
    "given-up": "Inline, bytes are copied between the host's memory and the module's: nothing moves.",
    interrupt: "Inline, the plugin and the host share one thread, and nothing can stop a loop in it.",
  },
  worker: anywhere,
  process: {
    ...anywhere,
    sync: "The host cannot wait for a process without blocking its own event loop; use `plugin.exports`, or the worker place.",
  },
};

/** Cases that no component can pass, whatever language it is written in. */
const componentExceptions: Readonly<Record<string, string>> = {
  "open/optional-host": "A component either imports a function or not; it cannot check whether the host has it.",
  "callbacks/throws": "A host function that throws ends the component's instance, since a component cannot catch it.",
  "streams/host-broken":
    "A component's stream cannot report a failure: if a stream of the host fails, the instance ends.",
  "streams/wrong-element":
    "A component's stream cannot report a failure: if a stream of the host fails, the instance ends.",
  "futures/fails": "A component's future can fail only together with the whole component.",
  "futures/unread": "A component's future can fail only together with the whole component.",
  "futures/host-fails":
    "A component's future cannot report a failure: if a future of the host fails, the instance ends.",
};

const rustExceptions: Readonly<Record<string, string>> = {
  ...componentExceptions,
  "sync/errors": "A panic in Rust ends the instance, and a synchronous call cannot wait for the restart.",
};

/** Components in Rust. Their asynchronous functions are the component model's own. */
async function rustTargets(): Promise<readonly Target[]> {
  const artifacts = await rustArtifacts();
  if ("notOffered" in artifacts) {
    console.error(`conformance: skipping WebAssembly plugins in Rust: ${artifacts.notOffered}`);
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
  notOffered: "Inline, a component that waits during instantiation blocks the host's own thread.",
};

/** WebAssembly plugins in every place. */
export const wasmTargets: readonly Target[] = await rustTargets();
