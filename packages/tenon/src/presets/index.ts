import { createTypeScriptBuilder } from "../builders/typescript/index.js";
import type { Contract } from "../contract/index.js";
import { Host, type Limits, type OpenOptions, type Plugin, type Report } from "../host/index.js";
import { aName, anObject, anything, checkOptions, type OptionCheck } from "../host/option-checks.js";
import { inlinePlace } from "../places/inline/index.js";
import { processPlace } from "../places/process/index.js";
import { workerPlace } from "../places/worker/index.js";
import type { PluginDescriptor } from "../runtime/descriptor.js";
import type { Places, Runtime } from "../runtime/index.js";
import { createBuiltinRuntime } from "../runtimes/js/builtin.js";
import { createJsRuntime } from "../runtimes/js/runtime.js";
import { createWasmRuntime } from "../runtimes/wasm/runtime.js";
import { moduleBuilders } from "./modules.js";

/** How to make a host. Everything has a default. */
export interface CreateHostOptions {
  /** Additional runtimes; they are asked before Tenon's own. */
  readonly runtimes?: readonly Runtime[];
  /** Places to add to `inline`, `worker`, `worker-pool` and `process`, or to replace these with, by name. */
  readonly places?: Readonly<Partial<Places>>;
  /** Plugins that are part of the program, by name: opened as `builtin:NAME`. */
  readonly builtins?: Readonly<Record<string, PluginDescriptor<any>>>;
  /** Limits for all plugins; `open` can override them. */
  readonly limits?: Partial<Limits>;
  /** The number of threads that plugins share in the place `worker-pool`. Default 2. */
  readonly pool?: number;
  /** A folder in which built plugins are cached between runs. By default they are built again in each run. */
  readonly cacheFolder?: string;
}

/**
 * Makes a host with the runtimes and places that Tenon brings.
 *
 * ```ts
 * await using host = createHost({ builtins: { greeter } });
 * const plugin = await host.open("builtin:greeter", contract);
 * ```
 *
 * @throws TENON_OPTION_INVALID
 */
export function createHost(options: CreateHostOptions = {}): Host {
  checkOptions(options, hostOptions);
  const build = createTypeScriptBuilder(options.cacheFolder === undefined ? {} : { cacheFolder: options.cacheFolder });
  return new Host({
    runtimes: [
      ...(options.runtimes ?? []),
      createBuiltinRuntime(options.builtins ?? {}),
      createJsRuntime(build),
      createWasmRuntime({ builders: moduleBuilders({ cacheFolder: options.cacheFolder }) }),
    ],
    places: {
      inline: inlinePlace(),
      worker: workerPlace(),
      "worker-pool": workerPlace({ pool: options.pool ?? 2 }),
      process: processPlace(),
      ...options.places,
    },
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
}

const hostOptions: Record<keyof CreateHostOptions, OptionCheck> = {
  runtimes: { expected: "an array of runtimes", fits: Array.isArray },
  places: anObject,
  builtins: anObject,
  limits: anObject,
  pool: anything, // the place itself reads it
  cacheFolder: aName,
};

let shared: Host | undefined;

/** The host behind {@link open} and {@link check}: one for the whole program. */
export function sharedHost(): Host {
  shared ??= createHost();
  return shared;
}

/**
 * Opens a plugin in the program's shared host. See {@link Host.open} for options and errors.
 *
 * ```ts
 * await using plugin = await open("plugins/greeter.ts", greeter, { imports: { log: console.log } });
 * await plugin.exports.greet("Ada");
 * ```
 */
export function open<C extends Contract<any, any> = Contract>(
  artifact: string | URL,
  contract?: C,
  options?: OpenOptions<C>,
): Promise<Plugin<C>> {
  return sharedHost().open(artifact, contract, options);
}

/** Reports whether a plugin would open, without running any of its code. */
export function check(artifact: string | URL, contract?: Contract<any, any>): Promise<Report> {
  return sharedHost().check(artifact, contract);
}
