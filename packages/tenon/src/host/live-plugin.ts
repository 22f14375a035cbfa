import type { Contract } from "../contract/core.js";
import { optionInvalid } from "../errors/factories/host-option.js";
import { type GrantReport, grantReport } from "../grants/enforcement.js";
import type { Observer } from "../observation/observer.js";
import type { CloseReport, Isolation, PlaceName } from "../runtime/index.js";
import { readMetadata } from "../runtime/metadata.js";
import type { Cell } from "./cell.js";
import { enforcementIn, grantsWithin } from "./granted.js";
import { Lifecycle, type LifecycleOptions } from "./lifecycle.js";
import type { LoadContext, Source } from "./load.js";
import { type CallOptions, checkCallOptions, type SwapOptions } from "./options.js";
import { Functions, type Plugin, type PluginState } from "./plugin.js";
import type { SwapReport } from "./swap.js";

export interface LivePluginOptions extends Omit<LifecycleOptions, "ended"> {
  readonly contract: Contract;
  /** Whether the plugin runs in the host's own thread. */
  readonly inHostThread: boolean;
  readonly priority: number | undefined;
  readonly observer: Observer;
  readonly requires: Readonly<Record<string, string>> | undefined;
  /** Called once, after the plugin was closed. */
  ended(plugin: LivePlugin): Promise<void>;
  context(functions: Functions): LoadContext;
}

/** What `open` returns: a {@link Plugin} with its {@link Lifecycle} and its functions. */
export class LivePlugin implements Plugin<any> {
  readonly name: string;
  readonly contract: any;
  readonly functions: Functions;
  readonly context: LoadContext;
  readonly lifecycle: Lifecycle;
  /** How many times `open` returned this plugin; the last close ends it. */
  references = 1;
  readonly #priority: number | undefined;
  readonly #requires: Readonly<Record<string, string>> | undefined;

  constructor(source: Source, options: LivePluginOptions) {
    const { name, contract, limits, inHostThread, idle } = options;
    this.name = name;
    this.contract = contract;
    this.#priority = options.priority;
    this.#requires = options.requires;
    let functions: Functions | undefined;
    let context: LoadContext | undefined;
    const ended = () => options.ended(this);
    this.lifecycle = new Lifecycle(this, source, { ...options, ended }, (cells) => {
      functions = new Functions(contract, limits, cells, inHostThread, idle > 0, options.observer);
      context = options.context(functions);
      return { functions, context };
    });
    this.functions = functions as unknown as Functions;
    this.context = context as unknown as LoadContext;
  }

  get state(): PluginState {
    return this.lifecycle.state;
  }
  /** The cell that calls go to; `undefined` while they wait or are rejected. */
  get active(): Cell | undefined {
    return this.lifecycle.active;
  }
  get version(): string | undefined {
    return this.lifecycle.source.artifact.manifest.version;
  }
  get artifact(): string {
    return this.lifecycle.source.artifact.path;
  }
  get digest(): string | undefined {
    return this.lifecycle.source.prepared.digest;
  }
  get place(): PlaceName {
    return this.context.placeName;
  }
  get isolation(): Isolation {
    return this.lifecycle.cell?.instance.isolation ?? this.context.place.isolation;
  }
  get grants(): GrantReport {
    const { runtime, artifact } = this.lifecycle.source;
    const { grants, limits, place, isolation } = this.context;
    const enforcement = enforcementIn(runtime, place, isolation);
    return grantReport(artifact.manifest.grants, grantsWithin(grants, limits), this.place, enforcement);
  }
  get id(): number | undefined {
    return this.active?.instance.id;
  }
  get priority(): number {
    return this.#priority ?? this.lifecycle.source.artifact.manifest.priority;
  }
  get requires(): Readonly<Record<string, string>> {
    const { requires } = this.lifecycle.source.artifact.manifest;
    return this.#requires === undefined ? requires : { ...requires, ...this.#requires };
  }
  get exports(): any {
    return this.functions.exports.async;
  }
  get sync(): any {
    return this.functions.exports.sync;
  }

  lookup(symbol: string): (...parameters: any[]) => Promise<any> {
    return this.functions.lookup(symbol);
  }
  symbols(): string[] {
    return this.functions.symbols();
  }
  async call(symbol: string, parameters: readonly unknown[], options?: CallOptions): Promise<unknown> {
    checkCallOptions(options);
    if (!Array.isArray(parameters))
      throw optionInvalid("parameters", `expected an array with the parameters of ${symbol}()`);
    return this.functions.call(this.functions.byName(symbol), parameters, options);
  }
  with(options: CallOptions): any {
    checkCallOptions(options);
    const metadata = options?.metadata === undefined ? undefined : readMetadata(options.metadata);
    return this.functions.withOptions(metadata === undefined ? options : { ...options, metadata });
  }
  callable(label: string): ((...parameters: any[]) => unknown) | undefined {
    return this.functions.either(label);
  }
  direct(path: string) {
    return this.functions.direct(path);
  }

  swap(artifact?: string | URL, options?: SwapOptions): Promise<SwapReport> {
    return this.lifecycle.swap(artifact, options);
  }
  start(): Promise<void> {
    return this.lifecycle.start();
  }
  rest(): Promise<void> {
    return this.lifecycle.rest();
  }

  close(): Promise<CloseReport> {
    if (!this.lifecycle.closed && --this.references > 0) {
      return Promise.resolve({ proof: "connection-closed", forced: false, resources: 0 });
    }
    return this.lifecycle.end();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
