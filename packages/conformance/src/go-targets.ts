import { createHost, type PlaceName } from "tenon";
import { type Capabilities, everythingOffered, type Target } from "tenon/testing";
import { goArtifacts } from "./go-artifacts.js";

/** What plugins in Go do not support, in any place. */
const anywhere: Capabilities = {
  ...everythingOffered,
  "thrown-values": "WebAssembly throws no JavaScript values.",
  "recursive-types": "The Component Model has no recursive types.",
  "wrong-values": "Go's types are fixed: a plugin cannot return a value of a type that is not in its contract.",
  "memory-limit": "At the limit, the plugin gets no more memory, and Go's runtime ends the plugin.",
  crash: "A module runs only during calls, so it cannot fail between them.",
  exit: "A module that exits ends its instance, but no thread or process.",
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

const exceptions: Readonly<Record<string, string>> = {
  "open/optional-host": "A module either imports a function or not; it cannot check whether the host has it.",
  "containment/crash": "A module runs only during calls, so it cannot fail between them.",
};

const notInline = { notOffered: "Inline, a module that waits during loading blocks the host's own thread." };

/** Plugins in Go, built from source, in every place. */
export async function goTargets(): Promise<readonly Target[]> {
  const artifacts = await goArtifacts();
  return (Object.entries(places) as [PlaceName, Capabilities][]).map(([place, capabilities]) => ({
    runtime: "wasm-go",
    place,
    createHost,
    capabilities,
    artifacts: place === "inline" ? { ...artifacts, waitsAtLoad: notInline, loopsAtLoad: notInline } : artifacts,
    exceptions,
    stackFile: "plugin.go",
  }));
}
