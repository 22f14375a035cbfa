import { createHost } from "tenon";
import { type Artifacts, type Capabilities, everythingOffered, sinkWithout, type Target } from "tenon/testing";
import { cArtifacts } from "./c-artifacts.js";
import { goTargets } from "./go-targets.js";
import { hasProgram } from "./programs.js";

/** What no core module is asked, wherever it runs. */
const anywhere: Capabilities = {
  ...everythingOffered,
  "wrong-values": "A core module's types are fixed: it has no way to give a value of another type than its contract's.",
  streams: "The guest library of C has no streams yet.",
  futures: "The guest library of C has no futures yet.",
  cancel: "A core module waits by blocking: nothing in it can be told that its call is cancelled.",
  concurrency: "A core module has one stack: calls that wait in it end in the reverse of their order.",
  "memory-limit": "Beyond the limit the plugin is given no more memory, and what it does then is its own: most trap.",
  crash: "A core module runs only while it is called: nothing of it can fail in between.",
  exit: "A module that ends itself ends its instance, and no thread or process.",
};

/** JavaScript Promise Integration. */
const canSuspend = "Suspending" in WebAssembly;
const waits =
  "Inline, a core module waits for the host only where the engine can suspend it: elsewhere a host function that answers later is refused.";

const places: Readonly<Record<string, Capabilities>> = {
  inline: {
    ...anywhere,
    interrupt: "Inline, plugin and host share one thread, and nothing can stop a loop in it.",
    ...(canSuspend ? {} : { deadline: waits }),
  },
  worker: anywhere,
  process: {
    ...anywhere,
    sync: "The host cannot wait for a process without stopping its own event loop; use `plugin.exports`, or the worker place.",
  },
};

const exceptions: Readonly<Record<string, string>> = {
  "open/optional-host": "A module imports a function or does not, and cannot ask whether it is there.",
  "callbacks/throws": "A host function that throws ends the instance: nothing in it can catch that.",
  "containment/crash": "A core module runs only while it is called: nothing of it can fail in between.",
};

const inlineExceptions: Readonly<Record<string, string>> = {
  ...exceptions,
  ...(canSuspend
    ? {}
    : {
        "callbacks/later": waits,
        "callbacks/reentrant": waits,
        "sync/mixed": waits,
        "sync/resources": waits,
        "resources/late": waits,
        "close/running": waits,
        "close/stuck": waits,
        "swap/running": waits,
      }),
};

const oneAfterTheOther = {
  "interrupt/loop": "Calls of one turn run one after the other: a loop behind a call that waits has not begun.",
};

const inC = {
  capabilities: {
    "source-maps": "A plugin in C tells what went wrong as a text; C keeps no stack that it could tell.",
  },
  elsewhere: oneAfterTheOther,
};

const contract = sinkWithout(["streams", "futures"]);

const holdsThread =
  "A core module that waits holds its thread: at the deadline the thread is ended, and a new instance takes its place.";

const elsewhereExceptions: Readonly<Record<string, string>> = {
  ...exceptions,
  "deadline/call": holdsThread,
  "deadline/plugin": holdsThread,
};

function targetsOf(
  runtime: string,
  artifacts: Artifacts,
  stackFile: string | undefined,
  own: { readonly capabilities?: Partial<Capabilities>; readonly elsewhere?: Readonly<Record<string, string>> } = {},
): readonly Target[] {
  return Object.entries(places).map(([place, capabilities]) => ({
    runtime,
    place,
    createHost,
    capabilities: { ...capabilities, ...own.capabilities },
    contract,
    artifacts: place === "inline" ? { ...artifacts, waitsAtLoad: waitsInline, loopsAtLoad: waitsInline } : artifacts,
    exceptions: place === "inline" ? inlineExceptions : { ...elsewhereExceptions, ...own.elsewhere },
    ...(stackFile === undefined ? {} : { stackFile }),
  }));
}

const waitsInline = { notOffered: "Inline, a module that waits while it is loaded holds the host's own thread." };

/** Core modules that are built from source, in every place. */
export const coreModuleTargets: readonly Target[] = [
  ...(hasProgram("go") ? goTargets() : missing("Go", "go")),
  ...(hasProgram("clang") ? targetsOf("wasm-c", cArtifacts(), undefined, inC) : missing("C", "clang")),
];

function missing(language: string, program: string): readonly Target[] {
  console.error(`conformance: no WebAssembly plugins in ${language} here: there is no ${program} on the PATH`);
  return [];
}
