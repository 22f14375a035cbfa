import { createHost, type PlaceName } from "tenon";
import { type Capabilities, everythingOffered, type Target } from "tenon/testing";
import { cArtifacts } from "./c-artifacts.js";
import { goTargets } from "./go-targets.js";
import { hasProgram } from "./programs.js";

/** What no plugin in C is asked, wherever it runs. */
const anywhere: Capabilities = {
  ...everythingOffered,
  "wrong-values": "A core module's types are fixed: it has no way to give a value of another type than its contract's.",
  "source-maps": "A plugin in C tells what went wrong as a text; C keeps no stack that it could tell.",
  "memory-limit": "Beyond the limit the plugin is given no more memory, and what it does then is its own: most trap.",
  crash: "A core module runs only while it is called: nothing of it can fail in between.",
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
  "callbacks/throws":
    "A host function that is called without a callback and throws ends the instance: nothing in it can catch that.",
  "containment/crash": "A core module runs only while it is called: nothing of it can fail in between.",
};

const notInline = { notOffered: "Inline, a module that waits while it is loaded holds the host's own thread." };

/** Plugins in C, which are built from source, in every place. */
function cTargets(): readonly Target[] {
  const artifacts = cArtifacts();
  return (Object.entries(places) as [PlaceName, Capabilities][]).map(([place, capabilities]) => ({
    runtime: "wasm-c",
    place,
    createHost,
    capabilities,
    artifacts: place === "inline" ? { ...artifacts, waitsAtLoad: notInline, loopsAtLoad: notInline } : artifacts,
    exceptions,
  }));
}

/** Core modules that are built from source, in every place. */
export const coreModuleTargets: readonly Target[] = [
  ...(hasProgram("go") ? goTargets() : missing("Go", "go")),
  ...(hasProgram("clang") ? cTargets() : missing("C", "clang")),
];

function missing(language: string, program: string): readonly Target[] {
  console.error(`conformance: no WebAssembly plugins in ${language} here: there is no ${program} on the PATH`);
  return [];
}
