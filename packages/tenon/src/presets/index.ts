import type { Builder } from "../build/builder.js";
import type { GivenByProgram } from "../config/open-config.js";
import type { Contract } from "../contract/core.js";
import { pathOf } from "../host/given-path.js";
import {
  type CheckOptions,
  Host,
  type HostOptions,
  type Limits,
  type OpenArguments,
  type OpenOptions,
  type Plugin,
  type Report,
} from "../host/index.js";
import { aBoolean, aName, anObject, checkOptions, type OptionCheck } from "../host/option-checks.js";
import { enforcedLimits } from "../launch/abilities.js";
import { inlinePlace } from "../places/inline/index.js";
import { processIsolation } from "../places/process/isolation.js";
import { processGrants, processTraits } from "../places/process/traits.js";
import { workerIsolation } from "../places/worker/isolation.js";
import { workerGrants, workerTraits } from "../places/worker/traits.js";
import type { PluginDescriptor } from "../runtime/descriptor.js";
import { joinEntryRules } from "../runtime/entry-rules.js";
import type { ArtifactSource, Place, Places, Runtime } from "../runtime/index.js";
import { ownUrl } from "../runtime/own-package.js";
import { createBuiltinRuntime } from "../runtimes/js/builtin.js";
import { createJsRuntime } from "../runtimes/js/runtime.js";
import { enforcedGrants } from "../runtimes/wasm/enforced-grants.js";
import { entryNames } from "../runtimes/wasm/entries.js";
import { wasmOptions } from "../runtimes/wasm/options.js";
import type { StorageProvider } from "../storage/provider.js";
import { lazyPlace } from "./lazy-place.js";
import { lazyRuntime } from "./lazy-runtime.js";
import { type ModuleBuildersOptions, mayBeSource, moduleBuilders, moduleSources, reporting } from "./modules.js";
import { typeScriptBuilder } from "./typescript-builder.js";

/** How to make a host. Everything has a default. */
export interface CreateHostOptions {
  /** Additional runtimes; they are asked before Tenon's own. */
  readonly runtimes?: readonly Runtime[];
  /** Additional builders of WebAssembly from source; they are asked before Tenon's own. See docs/writing-a-builder.md. */
  readonly builders?: readonly Builder<"wasm">[];
  /** Additional sources of artifacts; they are asked before Tenon's own. */
  readonly sources?: readonly ArtifactSource[];
  /** Places to add to `inline`, `worker`, `worker-pool` and `process`, or to replace these with, by name. */
  readonly places?: Readonly<Partial<Places>>;
  /** Plugins that are part of the program, by name: opened as `builtin:NAME`. */
  readonly builtins?: Readonly<Record<string, PluginDescriptor<any>>>;
  /** Limits for all plugins; `open` can override them. */
  readonly limits?: Partial<Limits>;
  /**
   * Whether to count and time calls, restarts and swaps, for `host.metrics()` and `tenon/metrics`. Default false. What it costs is in
   * docs/metrics.md.
   */
  readonly metrics?: boolean;
  /**
   * Fields of log lines whose values no listener gets, wherever they are in a line: `["password", "headers.authorization"]`. They say
   * `[redacted]`. The case of letters does not count.
   */
  readonly redact?: readonly string[];
  /** The number of threads that plugins share in the place `worker-pool`. Default 2. */
  readonly pool?: number;
  /**
   * A folder in which built plugins, downloads and unpacked archives are cached between runs. By default, scripts are built again
   * in each run, and the others are cached in the user's cache folder. No other user may own the folder or write to it: TENON_CACHE_UNSAFE.
   */
  readonly cacheFolder?: string;
  /**
   * Where plugins store what they keep, if that is granted to them: a folder (see `embeddedStorage`), or a {@link StorageProvider}. Default: a
   * folder in the user's data that has the name of the host's program. See docs/storage.md.
   */
  readonly storage?: string | StorageProvider;
  /** Called with each step while source is built that takes a while: `compiling 3 packages`. */
  readonly progress?: (step: string) => void;
  /**
   * A config file with plugins to open: its path, or what the program gives to its plugins, too. `host.configured` says what
   * became of each. See docs/configuration.md.
   */
  readonly config?: string | URL | ConfigOptions;
}

/** A config file, and what the program gives to its plugins. */
export interface ConfigOptions extends GivenByProgram {
  /** The file, relative to the working folder: `.yaml`, `.yml` or `.json`. */
  readonly file: string | URL;
}

/**
 * Creates a host with all of Tenon's runtimes and places.
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
  return new Host({
    runtimes: [
      ...(options.runtimes ?? []),
      createBuiltinRuntime(options.builtins ?? {}),
      createJsRuntime(typeScriptBuilder(options.cacheFolder)),
      wasmRuntime(options.builders ?? [], { cacheFolder: options.cacheFolder, progress: options.progress }),
    ],
    places: {
      inline: inlinePlace(),
      worker: threads(0),
      "worker-pool": threads(options.pool ?? 2),
      process: lazyPlace(
        {
          ...{ name: "process", traits: processTraits, enforces: processGrants },
          ...{ isolation: processIsolation(0), resourceLimits: enforcedLimits, maySandbox: true },
        },
        async () => (await import("../places/process/index.js")).processPlace({ cacheFolder: options.cacheFolder }),
      ),
      ...options.places,
    },
    ...(options.sources === undefined ? {} : { sources: options.sources }),
    cacheFolder: options.cacheFolder,
    storage: options.storage,
    metrics: options.metrics,
    configure: options.config === undefined ? undefined : configure(options.config),
    redact: options.redact,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
}

/** Plugins in threads: a thread for each, or as many as `pool` for all. */
function threads(pool: number): Place {
  return lazyPlace(
    { name: "worker", traits: workerTraits, enforces: workerGrants, isolation: workerIsolation(0, pool > 0) },
    async () => (await import("../places/worker/index.js")).workerPlace({ pool }),
  );
}

function wasmRuntime(own: readonly Builder<"wasm">[], options: ModuleBuildersOptions): Runtime {
  const { names, sources } = joinEntryRules(own.map(({ entries }) => entries));
  return lazyRuntime(
    {
      name: "wasm",
      module: ownUrl("runtimes/wasm/loading.js"),
      offers: () => true,
      place: "inline",
      options: wasmOptions,
      learns: false,
      isolates: "sandboxed",
      enforces: enforcedGrants,
      stores: ["folder"],
      entries: { names: [...names, ...entryNames], sources: [...sources, ...moduleSources] },
      mayRecognise: (artifact) => own.length > 0 || isWasm(artifact.head) || mayBeSource(artifact),
    },
    async () =>
      (await import("../runtimes/wasm/runtime.js")).createWasmRuntime({
        builders: [...own.map((builder) => reporting(builder, options.progress)), ...moduleBuilders(options)],
      }),
  );
}

/** Source: WebAssembly, "Modules": the first bytes of every binary. */
function isWasm(head: Uint8Array): boolean {
  return head[0] === 0 && head[1] === 0x61 && head[2] === 0x73 && head[3] === 0x6d;
}

/** Opens the plugins of a config file. What that takes is loaded only then. */
function configure(given: string | URL | ConfigOptions): HostOptions["configure"] {
  const options: ConfigOptions = typeof given === "string" || given instanceof URL ? { file: given } : given;
  checkOptions(options, configOptions, { prefix: "config.", subject: "config" });
  const path = pathOf(options.file);
  return async (host, failed) => {
    const { openConfig, readConfig } = await import("../config/index.js");
    return openConfig(host, await readConfig(path), options, failed);
  };
}

function isPath(value: unknown): boolean {
  return value instanceof URL ? value.protocol === "file:" : aName.fits(value);
}

const configOptions: Record<keyof ConfigOptions, OptionCheck> = {
  file: { expected: "a path or a file: URL", fits: isPath },
  contracts: {
    expected: "a list of contracts, or contracts by the names of plugins",
    fits: (value) => Array.isArray(value) || anObject.fits(value),
  },
  imports: anObject,
  settings: anObject,
};
const hostOptions: Record<keyof CreateHostOptions, OptionCheck> = {
  runtimes: { expected: "an array of runtimes", fits: Array.isArray },
  builders: { expected: "an array of builders", fits: Array.isArray },
  sources: { expected: "an array of sources", fits: Array.isArray },
  places: anObject,
  builtins: anObject,
  limits: anObject,
  metrics: aBoolean,
  redact: {
    expected: 'an array of names of fields, such as ["password", "headers.authorization"]',
    fits: (value) => Array.isArray(value) && value.every((name) => aName.fits(name)),
  },
  pool: {
    expected: "a number of threads from 0 to 1024",
    fits: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 1024,
  },
  cacheFolder: aName,
  storage: {
    expected: "a folder, or an object with a function open(plugin)",
    fits: (value) => aName.fits(value) || typeof (value as Partial<StorageProvider> | null)?.open === "function",
  },
  config: {
    expected: "the path of a config file, or an object { file, contracts, imports, settings }",
    fits: (value) => isPath(value) || (anObject.fits(value) && isPath((value as Partial<ConfigOptions>).file)),
  },
  progress: { expected: "a function", fits: (value) => typeof value === "function" },
};

let shared: Host | undefined;

/** Returns the host behind {@link open} and {@link check}: one for the whole program. */
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
  ...optionsWithImports: OpenArguments<C, OpenOptions<C>>
): Promise<Plugin<C>> {
  return sharedHost().open(artifact, contract, ...optionsWithImports);
}

/** Reports whether a plugin would open, without running any of its code. */
export function check(artifact: string | URL, contract?: Contract<any, any>, options?: CheckOptions): Promise<Report> {
  return sharedHost().check(artifact, contract, options);
}
