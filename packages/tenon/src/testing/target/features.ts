import type { Feature as RuntimeFeature } from "../../runtime/index.js";

/** What the suite tests of a runtime in a place. A target offers each feature, or says why not. */
export type Feature =
  | RuntimeFeature
  | "open"
  | "artifacts"
  | "adapts"
  | "values"
  | "maps"
  | "json"
  | "recursive-types"
  | "open-enums"
  | "given-up"
  | "wrong-values"
  | "errors"
  | "thrown-values"
  | "sync-callbacks"
  | "deadline"
  | "concurrency"
  | "limits"
  | "crash"
  | "exit"
  | "containment"
  | "swap"
  | "rest"
  | "close"
  | "output"
  | "settings"
  | "settings-schema"
  | "environment"
  | "grants";

/** The features in the order of the table, each with its title there. */
export const featureTitles: Readonly<Record<Feature, string>> = {
  open: "Open, look up, open again",
  artifacts: "Bad artifacts are refused",
  adapts: "A plugin with an older contract is adapted",
  values: "Values of every type, both ways",
  maps: "Maps, both ways",
  json: "JSON values, both ways",
  "recursive-types": "Recursive types, both ways",
  "open-enums": "Open enums, both ways",
  "given-up": "Bytes that are given up move",
  "wrong-values": "Wrong values from the plugin are refused",
  errors: "Error cases and exceptions",
  "thrown-values": "What a plugin throws keeps its properties",
  "source-maps": "Stacks in the plugin's own files and lines",
  sync: "Synchronous calls",
  callbacks: "Host functions",
  "sync-callbacks": "Host functions without promises",
  resources: "Resources, both ways",
  streams: "Streams, both ways",
  futures: "Futures, both ways",
  cancel: "Cancellation reaches the plugin",
  deadline: "Deadlines",
  interrupt: "Loops are interrupted",
  concurrency: "Concurrent calls",
  limits: "Size limits",
  "memory-limit": "Memory limit",
  crash: "Crashes, restarts, circuit breaker",
  exit: "Exiting its own thread or process",
  containment: "The end of one plugin does not affect others",
  swap: "Swap under load, rollback",
  state: "State handed over by a swap",
  rest: "Start with the first call, rest when idle",
  close: "Close releases everything",
  output: "Output and log",
  settings: "Settings",
  "settings-schema": "Settings checked against the manifest",
  environment: "Environment only as granted",
  grants: "Grants that nothing enforces are refused",
};

/** All features, in the order of the table. */
export const suiteFeatures = Object.keys(featureTitles) as Feature[];
