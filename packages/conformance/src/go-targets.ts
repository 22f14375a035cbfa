import { createHost, type PlaceName } from "tenon";
import { type Capabilities, everythingOffered, type Target } from "tenon/testing";
import { goArtifacts } from "./go-artifacts.js";

/** What no plugin in Go is asked, wherever it runs. */
const anywhere: Capabilities = {
  ...everythingOffered,
  "wrong-values": "Go's types are fixed: there is no way to give a value of another type than its contract's.",
  "memory-limit": "Beyond the limit the plugin is given no more memory, and Go's runtime ends the plugin then.",
  crash: "A module runs only while it is called: nothing of it can fail in between.",
  exit: "A module that ends itself ends its instance, and no thread or process.",
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

const exceptions: Readonly<Record<string, string>> = {
  "open/optional-host": "A module imports a function or does not, and cannot ask whether it is there.",
  "containment/crash": "A module runs only while it is called: nothing of it can fail in between.",
};

const notInline = { notOffered: "Inline, a module that waits while it is loaded holds the host's own thread." };

/** Plugins in Go, which are built from source, in every place. */
export function goTargets(): readonly Target[] {
  const artifacts = goArtifacts();
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
