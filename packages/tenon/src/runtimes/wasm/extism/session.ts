import { extismPlanBroken } from "../../../errors/factories/extism.js";
import { failedEarlier, instanceBusy } from "../../../errors/factories/wasm-call.js";
import { isTenonError, type TenonError } from "../../../errors/index.js";
import { type Capabilities, createPreview1, type Preview1 } from "../../../wasi/index.js";
import type { CoreFunction } from "../abi/code/options.js";
import { explainFailure, instantiateModule } from "../modules/engine.js";
import type { PluginState } from "../state/plugin-state.js";
import type { Kernel } from "./kernel/kernel.js";
import { environmentModule, isPreview1 } from "./names.js";

export interface CalledExport {
  readonly name: string;
  /** Whether it may be suspended, so that it returns a promise. */
  readonly suspends: boolean;
}

export interface SessionOptions {
  readonly module: WebAssembly.Module;
  readonly kernel: Kernel;
  /** The host's functions, by module and name. */
  readonly functions: ReadonlyMap<string, ReadonlyMap<string, CoreFunction>>;
  readonly capabilities: Capabilities;
  readonly plugin: PluginState;
  /** The exports that are called. Their index is their number. */
  readonly called: readonly CalledExport[];
}

/**
 * The current instance of an Extism plugin. If a host function throws, the plugin cannot handle that and its code stops half
 * way: the instance is discarded, and the next call gets a new one. The plugin's variables are kept by the host. After a trap
 * the plugin cannot be called any more.
 */
export class Session {
  readonly kernel: Kernel;
  readonly #options: SessionOptions;
  #cores: readonly CoreFunction[] | undefined;
  #preview1: Preview1 | undefined;
  #running = false;
  #failed: TenonError | undefined;

  /** Instantiates the plugin and initialises its language runtime. @throws what instantiating throws */
  constructor(options: SessionOptions) {
    this.#options = options;
    this.kernel = options.kernel;
    this.#cores = this.#start();
  }

  /** Starts a call, and returns the core function with a number. @throws TENON_WASM_BUSY, or why the plugin failed earlier */
  enter(number: number, label: string): CoreFunction {
    if (this.#running || this.#failed !== undefined) throw this.#refusal(label);
    this.#cores ??= this.#start();
    this.#running = true;
    return this.#cores[number]!;
  }

  /** Ends a call that returned. */
  leave(): void {
    this.#running = false;
  }

  /** Ends a call that threw, and returns what to throw. */
  abandon(thrown: unknown, label: string): TenonError {
    this.#running = false;
    this.#discard();
    const { subject, onTrap } = this.#options.plugin;
    const error = explainFailure(thrown, `${label}()`, subject);
    if (!isTenonError(thrown) && error.code.startsWith("TENON_WASM_")) {
      this.#failed = error;
      onTrap(error);
    }
    return error;
  }

  close(): void {
    this.#discard();
  }

  #discard(): void {
    this.#preview1?.close();
    this.#preview1 = undefined;
    this.#cores = undefined;
  }

  #start(): readonly CoreFunction[] {
    const { module, kernel, capabilities, plugin, called } = this.#options;
    const preview1 = createPreview1(capabilities);
    this.#preview1 = preview1;
    const imports: WebAssembly.Imports = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      imports[from] ??= {};
      imports[from][name] = this.#imported(from, name, preview1);
    }
    kernel.beginBytes(new Uint8Array());
    const { exports } = instantiateModule(module, imports, plugin);
    if (exports.memory instanceof WebAssembly.Memory) preview1.bind(exports.memory);
    initialise(exports);
    return called.map(({ name, suspends }) => {
      const core = exports[name] as CoreFunction;
      return suspends && WebAssembly.promising !== undefined ? WebAssembly.promising(core) : core;
    });
  }

  #imported(from: string, name: string, preview1: Preview1): CoreFunction {
    const { kernel, functions } = this.#options;
    const found =
      from === environmentModule
        ? (kernel.imports[name] as CoreFunction | undefined)
        : isPreview1(from)
          ? preview1.imports[name]
          : functions.get(from)?.get(name);
    if (found === undefined) throw extismPlanBroken(`the import "${from}" "${name}"`);
    return found;
  }

  #refusal(label: string): TenonError {
    const { subject } = this.#options.plugin;
    const failed = this.#failed;
    return failed === undefined ? instanceBusy(subject, label) : failedEarlier(subject, label, failed.code, failed);
  }
}

/** Initialises the plugin's language runtime: through the functions of WASI libraries, and Haskell's own. */
function initialise(exports: WebAssembly.Exports): void {
  const call = (name: string, ...operands: readonly number[]) => {
    const found = exports[name];
    if (typeof found !== "function") return false;
    (found as CoreFunction)(...operands);
    return true;
  };
  if (!call("_initialize")) call("__wasm_call_ctors");
  call("hs_init", 0, 0);
}
