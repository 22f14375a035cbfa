import { createHost, type PlaceName } from "tenon";
import { type Capabilities, everythingOffered, type Target } from "tenon/testing";
import { cArtifacts } from "./c-artifacts.js";
import { goTargets } from "./go-targets.js";
import { hasProgram } from "./programs.js";

/** What plugins in C do not support, in any place. */
const anywhere: Capabilities = {
  ...everythingOffered,
  "recursive-types": "The Component Model has no recursive types.",
  "wrong-values": "A core module's types are fixed: it cannot return a value of a type that is not in its contract.",
  "thrown-values": "WebAssembly throws no JavaScript values.",
  "source-maps": "A plugin in C reports a failure as text; C has no stack that it could report.",
  "memory-limit": "At the limit, the plugin gets no more memory. What happens then depends on the plugin: most trap.",
  crash: "A core module runs only during calls, so it cannot fail between them.",
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
  "callbacks/throws":
    "A host function that is called without a callback and throws ends the instance, since C cannot catch it.",
  "containment/crash": "A core module runs only during calls, so it cannot fail between them.",
};

const notInline = { notOffered: "Inline, a module that waits during loading blocks the host's own thread." };

/** Plugins in C, built from source, in every place. */
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

/** Core modules, built from source, in every place. */
export const coreModuleTargets: readonly Target[] = [
  ...(hasProgram("go") ? await goTargets() : missing("Go", "go")),
  ...(hasProgram("clang") ? cTargets() : missing("C", "clang")),
];

function missing(language: string, program: string): readonly Target[] {
  console.error(`conformance: skipping WebAssembly plugins in ${language}: ${program} is not on the PATH`);
  return [];
}
