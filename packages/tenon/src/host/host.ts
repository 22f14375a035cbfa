import type { Contract } from "../contract/core.js";
import { contractMissing, contractMissingBeforeStart, hostClosed } from "../errors/factories/host.js";
import type { TenonError } from "../errors/index.js";
import type { InterceptFilter, Interceptor } from "../observation/interceptor.js";
import type { MetricsSnapshot } from "../observation/metrics-snapshot.js";
import type { ArtifactSource, Place, Places, Runtime } from "../runtime/index.js";
import type { StorageProvider } from "../storage/provider.js";
import { type ExamineOptions, examine, expectOffered, placesOffered } from "./check.js";
import { Configured } from "./configured.js";
import { Events, type HostEvents } from "./events.js";
import { pathOf } from "./given-path.js";
import { enforcementIn, expectEnforced, expectFunctions, reportWithGrants, withResources } from "./granted.js";
import { keyOf } from "./identity.js";
import { expectIntegrity, withDigest } from "./integrity.js";
import { levelNotReached, placeReaching } from "./isolation.js";
import { LivePlugin } from "./live-plugin.js";
import type { Source, StartContext } from "./load.js";
import { logRecord } from "./log-record.js";
import { Observation } from "./observation.js";
import { checkContract } from "./option-checks.js";
import {
  type CheckOptions,
  defaultLimits,
  type Limits,
  loadLimits,
  type OpenArguments,
  type OpenOptions,
  readCheckOptions,
  readLimits,
  readOpenOptions,
} from "./options.js";
import { OwnTime, type OwnTimeOptions } from "./own-time.js";
import type { AnyPlugin, Plugin } from "./plugin.js";
import { HostStorage } from "./plugin-storage.js";
import { createWatchedPoint, type Point, type PointOptions } from "./point.js";
import type { Members } from "./point-members.js";
import { openPool, type Pool, type PoolOptions, readInstances } from "./pool.js";
import { type Report, refusal } from "./report.js";
import { validateSettings } from "./settings.js";

export interface HostOptions {
  /** The runtimes that this host opens, asked in this order. */
  readonly runtimes: readonly Runtime[];
  /** The places by the name that `open`'s option `place` uses. */
  readonly places: Readonly<Partial<Places>>;
  /** Limits for all plugins of this host; `open` can override them. */
  readonly limits?: Partial<Limits>;
  /** Sources of artifacts, asked before Tenon's own. */
  readonly sources?: readonly ArtifactSource[];
  /** Whether to count and time calls, for {@link Host.metrics}. Default false. */
  readonly metrics?: boolean | undefined;
  /** Fields of log lines whose values no listener gets: `password`, `headers.authorization`. */
  readonly redact?: readonly string[] | undefined;
  /** A private folder for what is downloaded and unpacked. Default: one in the user's cache. */
  readonly cacheFolder?: string | undefined;
  /**
   * Where plugins store what they keep, if that is granted to them: a folder, or a storage of your own. Default: a folder in the
   * user's data that has the name of the host's program.
   */
  readonly storage?: string | StorageProvider | undefined;
  /** Opens the plugins of a config file. Called once. Its listener is called for each plugin that does not open. */
  readonly configure?:
    | ((host: Host, failed: (name: string, error: TenonError) => void) => Promise<Configured>)
    | undefined;
}

/**
 * Opens, supervises and closes plugins.
 *
 * ```ts
 * await using host = createHost();
 * const plugin = await host.open("plugins/greeter.ts", greeter, { place: "worker", imports });
 * await plugin.exports.greet("Ada");
 * ```
 */
export class Host implements AsyncDisposable {
  readonly #runtimes: readonly Runtime[];
  readonly #sources: readonly ArtifactSource[];
  /** Where downloads and unpacked archives are kept; `undefined` for a folder in the user's cache. */
  readonly cacheFolder: string | undefined;
  readonly #places: ReadonlyMap<string, Place>;
  readonly #limits: Limits;
  readonly #storage: HostStorage;
  readonly #events = new Events();
  readonly #redact: readonly string[];
  readonly #observation: Observation;
  readonly #plugins = new Map<string, LivePlugin>();
  readonly #opening = new Map<string, { plugin: Promise<LivePlugin>; signal: AbortSignal | undefined }>();
  /** The points' plugins. Not kept alive: a point that nothing refers to any more is not called again. */
  readonly #points = new Set<WeakRef<Members>>();
  /**
   * Resolves once the plugins of the config file are open or have failed, each by itself. Rejects if the file is not valid:
   * TENON_CONFIG_INVALID, TENON_CONFIG_UNREADABLE. Without a config file, it resolves with no plugins.
   */
  readonly configured: Promise<Configured>;
  readonly #forgotten = new FinalizationRegistry<WeakRef<Members>>((members) => this.#points.delete(members));
  #fresh = 0;
  #closed: Promise<void> | undefined;

  constructor(options: HostOptions) {
    this.#runtimes = options.runtimes;
    this.#sources = options.sources ?? [];
    this.cacheFolder = options.cacheFolder;
    this.#storage = new HostStorage(options.storage);
    this.#places = new Map(Object.entries<Place | undefined>(options.places).flatMap(byName));
    this.#limits = readLimits(options.limits, defaultLimits);
    this.#redact = [...(options.redact ?? [])];
    this.#observation = new Observation(this.#events, options.metrics === true);
    // A new instance may implement other optional functions.
    for (const event of ["swapped", "restarted", "started"] as const) {
      this.#events.on(event, () => {
        for (const point of this.#points) point.deref()?.refresh();
      });
    }
    const failed = (name: string, error: TenonError) => this.#events.emit("open-failed", { name, error });
    this.configured = options.configure?.(this, failed) ?? Promise.resolve(new Configured(new Map(), new Map()));
    // A program that awaits it only later, or closes the host before, must not end because of it.
    this.configured.catch(() => {});
  }

  /** The plugins that are open, in the order in which they were opened. */
  get plugins(): readonly AnyPlugin[] {
    return [...this.#plugins.values()];
  }

  /** The runtimes of this host, in the order in which they are asked. */
  get runtimes(): readonly Runtime[] {
    return this.#runtimes;
  }

  /** The sources that were added to Tenon's own, in the order in which they are asked. */
  get sources(): readonly ArtifactSource[] {
    return this.#sources;
  }

  /** The places that `open`'s option `place` can name. */
  get places(): ReadonlyMap<string, Place> {
    return this.#places;
  }

  /**
   * Adds a listener for an event. Returns a function that removes it.
   *
   * @throws TENON_OPTION_INVALID for an event that does not exist.
   */
  on<K extends keyof HostEvents>(event: K, listener: (event: HostEvents[K]) => void): () => void {
    return this.#events.on(event, listener);
  }

  /**
   * Puts a function around calls: of plugins, and of host functions by plugins. It sees a call before it is made and after it, can
   * change its parameters and its result, answer it, or refuse it by throwing. The interceptor that was added first is the outermost. The
   * calls that it matches take the long way, also inline. Returns a function that removes it.
   *
   * ```ts
   * host.intercept(async (call, next) => {
   *   if (!allowed(call)) throw new Error("not allowed");
   *   return await next();
   * }, { plugin: "greeter" });
   * ```
   *
   * @throws TENON_OPTION_INVALID
   */
  intercept(interceptor: Interceptor, filter: InterceptFilter = {}): () => void {
    const remove = this.#observation.intercept(interceptor, filter);
    const observe = () => {
      for (const plugin of this.#plugins.values()) plugin.functions.observe();
    };
    observe();
    return () => {
      remove();
      observe();
    };
  }

  /**
   * Returns what was counted and timed of the plugins that are open, with totals of those that were closed: plain values.
   *
   * @throws TENON_OPTION_INVALID unless the host was made with `metrics: true`
   */
  metrics(): MetricsSnapshot {
    return this.#observation.snapshot();
  }

  /**
   * Reports whether an artifact would open, without running any of its code. Whatever is wrong with the artifact is a
   * finding, never a rejection. With options, it reports on the grants that they give, in the place that they name.
   *
   * @throws TENON_OPTION_INVALID, TENON_GRANT_INVALID
   */
  async check(artifact: string | URL, contract?: Contract<any, any>, options: CheckOptions = {}): Promise<Report> {
    checkContract(contract);
    const read = readCheckOptions(options);
    const examined = await examine(pathOf(artifact), contract, this, options);
    return withDigest({ ...examined, report: reportWithGrants(examined, this.#places, read) }, options.integrity);
  }

  /**
   * Opens a plugin. The same artifact opened again with the same options is the same plugin, as with Go's `plugin.Open`,
   * unless `fresh` is set. Without a contract, the plugin's own counts: the one that a file of it carries, or else the one that it
   * declares when it is started.
   *
   * @throws what `check` finds, with the first finding's code and all findings attached; TENON_LOAD_FAILED,
   * TENON_LOAD_DEADLINE, TENON_HEALTH_FAILED, TENON_IMPORT_MISSING, TENON_SETTINGS_INVALID, TENON_ISOLATION_UNAVAILABLE, TENON_GRANT_UNENFORCED,
   * TENON_RUNTIME_UNAVAILABLE, TENON_OPTION_INVALID.
   */
  async open<C extends Contract<any, any> = Contract>(
    artifact: string | URL,
    contract?: C | undefined,
    ...optionsWithImports: OpenArguments<C, OpenOptions<C>>
  ): Promise<Plugin<C>> {
    if (this.#closed !== undefined) throw hostClosed();
    const options = readOpenOptions(optionsWithImports[0] as OpenOptions | undefined);
    checkContract(contract);
    const given = pathOf(artifact);
    const key = options.fresh ? `fresh ${++this.#fresh}` : keyOf(given, contract, options);
    const pending = this.#opening.get(key);
    let known: LivePlugin | undefined;
    try {
      const own = new OwnTime({ name: options.name ?? given, limit: 0, signal: options.signal });
      known = pending === undefined ? this.#plugins.get(key) : await own.beside(() => pending.plugin);
    } catch (thrown) {
      // Another caller began to open it, and cancelled.
      if (pending?.signal?.aborted && !options.signal?.aborted)
        return this.open(artifact, contract, ...optionsWithImports);
      throw thrown;
    }
    if (known !== undefined && known.state !== "closed" && known.state !== "draining") {
      known.references++;
      return known;
    }
    const opening = { plugin: this.#open(key, given, contract, options), signal: options.signal };
    this.#opening.set(key, opening);
    try {
      return await opening.plugin;
    } finally {
      if (this.#opening.get(key) === opening) this.#opening.delete(key);
    }
  }

  /**
   * Opens a plugin several times behind one set of functions, so that calls that occupy an instance run in parallel.
   *
   * ```ts
   * await using pool = await host.pool("plugins/resize.wasm", images, { place: "worker", instances: 4 });
   * await Promise.all(pictures.map((picture) => pool.exports.resize(picture, 200)));
   * ```
   *
   * @throws what `open` throws; TENON_OPTION_INVALID for a plugin that keeps state.
   */
  async pool<C extends Contract<any, any> = Contract>(
    artifact: string | URL,
    contract?: C | undefined,
    ...optionsWithImports: OpenArguments<C, PoolOptions<C>>
  ): Promise<Pool<C>> {
    const [{ instances, ...others } = {}] = optionsWithImports as [PoolOptions?];
    const each: OpenOptions = { ...others, fresh: true };
    const open = () => this.open(artifact, contract as Contract | undefined, each);
    return openPool(readInstances(instances), async () => (await open()) as LivePlugin);
  }

  /** Makes an extension point: one contract, many plugins. Add plugins with `point.add`. */
  point<C extends Contract<any, any>>(contract: C, options: PointOptions<C> = {} as PointOptions<C>): Point<C> {
    const { point, members } = createWatchedPoint<C>(contract, {
      ...options,
      onMemberFailure: (member, error, call) => {
        this.#events.emit("point-failure", { name: member.name, symbol: call?.function, error });
        options.onMemberFailure?.(member, error, call);
      },
    });
    const watched = new WeakRef(members);
    this.#points.add(watched);
    this.#forgotten.register(members, watched);
    return point;
  }

  /**
   * Returns the contract that a plugin itself declares, whatever the files beside it say. If its own file does not carry it, the
   * plugin is started, as `open` would, until it has declared its contract, and ended: it gets no functions of the host.
   *
   * @throws TENON_CONTRACT_MISSING if it declares none; what `open` throws
   */
  async discover(artifact: string | URL, options: Omit<OpenOptions, "imports"> = {}): Promise<Contract> {
    if (this.#closed !== undefined) throw hostClosed();
    const read = readOpenOptions(options as OpenOptions);
    const given = pathOf(artifact);
    const { source, common } = await this.#prepare(given, undefined, read, () => undefined);
    const { manifest } = source.artifact;
    const own = await source.runtime.contract?.(
      { ...source.artifact, manifest: { ...manifest, contract: undefined } },
      undefined,
    );
    if (own !== undefined) return own;
    if (source.runtime.learns === false) throw contractMissing(given);
    const { discover } = await import("./learn.js");
    return discover(source, common, read.signal);
  }

  /** Closes every plugin, the last opened first, then the places. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #open(key: string, given: string, contract: Contract | undefined, options: OpenOptions): Promise<LivePlugin> {
    const { known, source, time, common } = await this.#prepare(given, contract, options, () => this.#plugins.get(key));
    const { name, place, placeName, grants, limits } = common;
    const make = (contract: Contract, of: Source): LivePlugin => {
      expectFunctions(contract, grants.functions);
      const live = new LivePlugin(of, {
        name,
        observer: this.#observation.observer(name),
        contract,
        inHostThread: place.traits.thread === "host",
        limits,
        supervision: options.supervision,
        idle: options.idle ?? 0,
        priority: options.priority,
        requires: options.requires,
        events: this.#events,
        examine: (next, nextOptions, current, signal) =>
          this.#examineNext(
            next,
            contract,
            placeName,
            nextOptions.settings ?? current.settings,
            { name, limit: limits.load, signal },
            limits,
            { ...options, integrity: nextOptions.integrity ?? current.integrity },
            this.#expectGrants(common),
          ),
        ended: async (ended) => {
          if (this.#plugins.get(key) === ended) this.#plugins.delete(key);
          for (const point of this.#points) point.deref()?.remove(ended);
          await common.storage?.end();
        },
        context: ({ signatures, resources, observer }) => ({
          ...{ ...common, contract, signatures, resources },
          around: (signature) => observer.around(signature),
        }),
      });
      this.#observation.watch(live);
      return live;
    };
    if (known === undefined && source.runtime.learns === false) throw contractMissing(given);
    const isLater = options.start === "first-call";
    if (known === undefined && isLater) throw contractMissingBeforeStart(given);
    if (known === undefined) return this.#learn(key, source, common, make, options.signal);
    const plugin = await time.during(() => make(known, source));
    time.expectWithin();
    this.#plugins.set(key, plugin);
    try {
      await (isLater ? plugin.lifecycle.configure() : plugin.lifecycle.open(options.signal));
    } catch (thrown) {
      this.#plugins.delete(key);
      await common.storage?.end();
      throw thrown;
    }
    return plugin;
  }

  /** Reads, checks and prepares an artifact, up to its start. */
  async #prepare(
    given: string,
    contract: Contract | undefined,
    options: OpenOptions,
    plugin: () => LivePlugin | undefined,
  ) {
    const withoutResources = readLimits(options.limits, this.#limits);
    const { load } = withoutResources;
    const time = new OwnTime({ name: options.name ?? given, limit: load, signal: options.signal });
    const examined = await examine(given, contract, this, options, time);
    const { report, artifact, runtime } = examined;
    if (report.verdict === "breaks" || artifact === undefined || runtime === undefined) throw refusal(report);
    const name = options.name ?? artifact.manifest.name;
    const placeName =
      options.place ?? (await time.beside(() => placeReaching(name, runtime, this.#places, options.isolation)));
    const place = expectOffered(runtime, placeName, this.#places, given);
    const { isolation, grants = {} } = options;
    this.#expectGrants({ name, placeName, grants, isolation })(runtime);
    const enforcement = enforcementIn(runtime, place, isolation);
    const limits = withResources(withoutResources, grants.resources, options.limits, enforcement);
    const settings = await time.during(() => validateSettings(artifact.manifest.settings, options.settings, name));
    const prepared = await time.beside(() => runtime.prepare(artifact, options.signal, loadLimits(limits)));
    expectIntegrity(options.integrity, artifact, runtime, prepared);
    const source: Source = { artifact, runtime, prepared, settings, integrity: options.integrity };
    const reading = { format: options.logs ?? "text", redact: this.#redact };
    const common: StartContext = {
      name,
      place,
      placeName,
      placesEnforcing: (limit, other) =>
        placesOffered(other, this.#places).flatMap(([at, { resourceLimits }]) =>
          resourceLimits?.includes(limit) ? [at] : [],
        ),
      belowLevel: (other, level, wanted) => levelNotReached(name, placeName, level, wanted, other, this.#places),
      imports: options.imports,
      grants,
      limits,
      storage: this.#storage.of(name, artifact.path ?? given, grants),
      isolation,
      log: (line) => this.#events.emit("log", { plugin: plugin(), name, line: logRecord(line, reading) }),
    };
    return { known: examined.contract, source, time, common };
  }

  #expectGrants({
    name,
    placeName,
    grants,
    isolation,
  }: Pick<StartContext, "name" | "placeName" | "grants" | "isolation">) {
    return (runtime: Runtime) => expectEnforced({ name, runtime, placeName, places: this.#places, grants, isolation });
  }

  /** Opens a plugin whose contract is not known before it runs. It is there for others once it has declared it. */
  async #learn(
    key: string,
    source: Source,
    common: StartContext,
    make: (contract: Contract, source: Source) => LivePlugin,
    signal: AbortSignal | undefined,
  ): Promise<LivePlugin> {
    const { learn } = await import("./learn.js");
    let plugin: LivePlugin | undefined;
    const learned = (contract: Contract) => {
      const { artifact } = source;
      const known = { ...source, artifact: { ...artifact, manifest: { ...artifact.manifest, contract } } };
      plugin = make(contract, known);
      this.#plugins.set(key, plugin);
      return { source: known, context: plugin.context };
    };
    try {
      const cell = await learn(source, { ...common, learned }, signal);
      const opened = plugin as unknown as LivePlugin;
      opened.lifecycle.opened(cell);
      return opened;
    } catch (thrown) {
      (plugin as LivePlugin | undefined)?.lifecycle.failed();
      this.#plugins.delete(key);
      await common.storage?.end();
      throw thrown;
    }
  }

  async #examineNext(
    next: string | URL,
    contract: Contract,
    place: string,
    settings: unknown,
    own: OwnTimeOptions,
    limits: Limits,
    options: ExamineOptions,
    expectGrants: (runtime: Runtime) => void,
  ): Promise<Source> {
    const time = new OwnTime(own);
    const { report, artifact, runtime } = await examine(pathOf(next), contract, this, options, time);
    time.expectWithin();
    if (report.verdict === "breaks" || artifact === undefined || runtime === undefined) throw refusal(report);
    expectOffered(runtime, place, this.#places, pathOf(next));
    expectGrants(runtime);
    const prepared = await time.beside(() => runtime.prepare(artifact, own.signal, loadLimits(limits)));
    expectIntegrity(options.integrity, artifact, runtime, prepared);
    return {
      artifact,
      runtime,
      prepared,
      integrity: options.integrity,
      settings: await time.during(() => validateSettings(artifact.manifest.settings, settings, own.name)),
    };
  }

  async #close(): Promise<void> {
    await Promise.allSettled([...this.#opening.values()].map(({ plugin }) => plugin));
    for (const plugin of [...this.#plugins.values()].reverse()) await plugin.lifecycle.end();
    await Promise.all([...this.#places.values()].map((place) => place.close()));
    await this.#storage.close();
  }
}

function byName([name, place]: readonly [string, Place | undefined]): [string, Place][] {
  return place === undefined ? [] : [[name, place]];
}
