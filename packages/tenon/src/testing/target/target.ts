import type { Host } from "../../host/index.js";
import type { PlaceName } from "../../runtime/index.js";
import type { Feature } from "./features.js";
import type { KitchenSink } from "./kitchen-sink.js";

/** The plugins that a runtime provides for the suite, and what each must do. */
export interface Artifacts {
  /** Implements the whole contract as version "1". */
  readonly kitchenSink: Fixture;
  /** The same as version "2": it implements `extra`, and restores the state of version 1. */
  readonly kitchenSinkV2: Fixture;
  /** Lacks most functions of the contract. */
  readonly missingExport: Fixture;
  /** Exports `version` as something that is not a function. */
  readonly wrongKind: Fixture;
  /** Carries a contract that breaks: see `brokenSink`. */
  readonly otherContract: Fixture;
  /** Implements the contract, and carries an older one that can be adapted: see `olderSink`. */
  readonly olderContract: Fixture;
  /** Does not compile. */
  readonly syntaxError: Fixture;
  /** Fails while it loads: `broken on purpose`. */
  readonly throwsAtLoad: Fixture;
  /** Exits its thread or process while it loads. */
  readonly exitsAtLoad: Fixture;
  /** Never finishes loading, without using the processor. */
  readonly waitsAtLoad: Fixture;
  /** Runs an infinite loop while it loads. */
  readonly loopsAtLoad: Fixture;
  /** Implements the contract, and reports that it is not healthy: `out of order`. */
  readonly unhealthy: Fixture;
  /** Implements the contract as version "2", and refuses every state: `unknown state`. */
  readonly refusesState: Fixture;
  /** Implements `dataSink`, or the part of it whose types the runtime offers. Without one, its cases are not run. */
  readonly dataSink?: Fixture;
}

export type ArtifactName = keyof Artifacts;

/** What `host.open` takes, or why the runtime has no such plugin. */
export type Fixture = string | NotOffered;

export interface NotOffered {
  readonly notOffered: string;
}

/** For each feature, `true` or the reason why it is not offered. Leaving out a feature is a compile error. */
export type Capabilities = Readonly<Record<Feature, true | string>>;

/**
 * A runtime in a place, as the suite sees it.
 *
 * ```ts
 * const target: Target = {
 *   runtime: "lua",
 *   place: "worker",
 *   createHost: () => createHost({ runtimes: [luaRuntime] }),
 *   capabilities: { ...everythingOffered, streams: "Lua has no asynchronous iteration" },
 *   artifacts: { kitchenSink: "fixtures/kitchen-sink.lua", … },
 * };
 * for (const result of await runConformance(target)) console.log(result);
 * ```
 */
export interface Target {
  /** What the plugin is made of, as the table's column title. */
  readonly runtime: string;
  /** The place by the name that `open`'s option `place` uses. */
  readonly place: PlaceName;
  /** Makes a host that has the runtime and the place. The suite closes it. */
  createHost(): Host;
  readonly capabilities: Capabilities;
  readonly artifacts: Artifacts;
  /** The part of the kitchen sink that the plugins implement, if not all of it: see `sinkWithout`. */
  readonly contract?: KitchenSink;
  /** Single cases that do not apply to the runtime in the place, by id, each with the reason. */
  readonly exceptions?: Readonly<Record<string, string>>;
  /** The file that a stack must name for a failure in the kitchen sink: `implementation.ts`. Required for `source-maps`. */
  readonly stackFile?: string;
}

/** Offers every feature: a starting point for a target's capabilities. */
export const everythingOffered: Capabilities = Object.freeze({
  open: true,
  artifacts: true,
  adapts: true,
  values: true,
  maps: true,
  json: true,
  "recursive-types": true,
  "open-enums": true,
  "given-up": true,
  "wrong-values": true,
  errors: true,
  "thrown-values": true,
  "source-maps": true,
  sync: true,
  callbacks: true,
  "sync-callbacks": true,
  resources: true,
  streams: true,
  futures: true,
  cancel: true,
  deadline: true,
  interrupt: true,
  concurrency: true,
  limits: true,
  "memory-limit": true,
  crash: true,
  exit: true,
  containment: true,
  swap: true,
  state: true,
  rest: true,
  close: true,
  output: true,
  settings: true,
  "settings-schema": true,
  environment: true,
  grants: true,
});
