import { fileURLToPath, pathToFileURL } from "node:url";
import type { Contract } from "../contract/core.js";
import { errors } from "../errors/index.js";
import type { Place, Runtime } from "../runtime/index.js";
import { examine, expectOffered, unknownPlace } from "./check.js";
import { Events, type HostEvents } from "./events.js";
import { keyOf } from "./identity.js";
import { LivePlugin } from "./live-plugin.js";
import type { Source } from "./load.js";
import { checkContract, invalid } from "./option-checks.js";
import { checkOpenOptions, defaultLimits, type Limits, loadLimits, type OpenOptions, readLimits } from "./options.js";
import type { AnyPlugin, Plugin } from "./plugin.js";
import { createPoint, type Point, type PointOptions } from "./point.js";
import { openPool, type Pool, type PoolOptions, readInstances } from "./pool.js";
import { type Report, refusal } from "./report.js";
import { validateSettings } from "./settings.js";

export interface HostOptions {
  /** The runtimes that this host opens, asked in this order. */
  readonly runtimes: readonly Runtime[];
  /** By the name that `open`'s option `place` gives. */
  readonly places: Readonly<Record<string, Place>>;
  /** Limits of all plugins of this host, unless `open` says otherwise. */
  readonly limits?: Partial<Limits>;
}

/**
 * Opens plugins and looks after them.
 *
 * ```ts
 * await using host = createHost();
 * const plugin = await host.open("plugins/greeter.ts", greeter, { place: "worker" });
 * await plugin.exports.greet("Ada");
 * ```
 */
export class Host implements AsyncDisposable {
  readonly #runtimes: readonly Runtime[];
  readonly #places: ReadonlyMap<string, Place>;
  readonly #limits: Limits;
  readonly #events = new Events();
  readonly #plugins = new Map<string, LivePlugin>();
  readonly #opening = new Map<string, Promise<LivePlugin>>();
  readonly #points = new Set<Point<any>>();
  #fresh = 0;
  #closed: Promise<void> | undefined;

  constructor(options: HostOptions) {
    this.#runtimes = options.runtimes;
    this.#places = new Map(Object.entries(options.places));
    this.#limits = readLimits(options.limits, defaultLimits);
    // Another instance may offer other optional functions.
    for (const event of ["swapped", "restarted"] as const) {
      this.#events.on(event, () => {
        for (const point of this.#points) point.refresh();
      });
    }
  }

  /** The plugins that are open, in the order in which they were opened. */
  get plugins(): readonly AnyPlugin[] {
    return [...this.#plugins.values()];
  }

  /** The runtimes that this host opens, in the order in which they are asked. */
  get runtimes(): readonly Runtime[] {
    return this.#runtimes;
  }

  /** The places that `open`'s option `place` may name. */
  get places(): ReadonlyMap<string, Place> {
    return this.#places;
  }

  /** Listens; returns what ends it. */
  on<K extends keyof HostEvents>(event: K, listener: (event: HostEvents[K]) => void): () => void {
    return this.#events.on(event, listener);
  }

  /**
   * Tells whether an artifact would be opened, without running anything of it. Never rejects on account of the artifact:
   * whatever is wrong with it is a finding.
   */
  async check(artifact: string | URL, contract?: Contract<any, any>): Promise<Report> {
    checkContract(contract);
    return (await examine(pathOf(artifact), contract, this.#runtimes)).report;
  }

  /**
   * Opens a plugin. The same artifact opened again with the same options is the same plugin, as with Go's `plugin.Open`,
   * unless `fresh` is set.
   *
   * @throws what `check` finds, under the first finding's code with all of them attached; TENON_LOAD_FAILED,
   * TENON_LOAD_DEADLINE, TENON_HEALTH_FAILED, TENON_IMPORT_MISSING, TENON_SETTINGS_INVALID, TENON_ISOLATION_UNAVAILABLE,
   * TENON_RUNTIME_UNAVAILABLE, TENON_OPTION_INVALID.
   */
  async open<C extends Contract<any, any> = Contract>(
    artifact: string | URL,
    contract?: C | undefined,
    options: OpenOptions<C> = {},
  ): Promise<Plugin<C>> {
    if (this.#closed !== undefined) throw errors.TENON_PLUGIN_CLOSED("the host is closed");
    checkOpenOptions(options as OpenOptions);
    checkContract(contract);
    const given = pathOf(artifact);
    const key = options.fresh ? `fresh ${++this.#fresh}` : keyOf(given, contract, options as OpenOptions);
    const underWay = this.#opening.get(key);
    const known = underWay === undefined ? this.#plugins.get(key) : await underWay;
    if (known !== undefined && known.state !== "closed" && known.state !== "draining") {
      known.references++;
      return known;
    }
    const opening = this.#open(key, given, contract, options as OpenOptions);
    this.#opening.set(key, opening);
    try {
      return await opening;
    } finally {
      if (this.#opening.get(key) === opening) this.#opening.delete(key);
    }
  }

  /**
   * Opens a plugin several times behind one set of functions, so that calls that hold an instance run side by side.
   *
   * ```ts
   * await using pool = await host.pool("plugins/resize.wasm", images, { place: "worker", instances: 4 });
   * await Promise.all(pictures.map((picture) => pool.exports.resize(picture, 200)));
   * ```
   *
   * @throws what `open` throws, and TENON_OPTION_INVALID for a plugin that keeps state.
   */
  async pool<C extends Contract<any, any> = Contract>(
    artifact: string | URL,
    contract?: C | undefined,
    options: PoolOptions<C> = {},
  ): Promise<Pool<C>> {
    const { instances, ...others } = options;
    const each = { ...others, fresh: true } as OpenOptions<C>;
    return openPool(readInstances(instances), async () => (await this.open(artifact, contract, each)) as LivePlugin);
  }

  /** Makes an extension point: one contract, many plugins. Plugins opened through it, or added to it, serve it. */
  point<C extends Contract<any, any>>(contract: C, options: PointOptions<C> = {} as PointOptions<C>): Point<C> {
    const point: Point<C> = createPoint(contract, {
      ...options,
      onMemberFailure: (member, error, call) => {
        this.#events.emit("point-failure", { name: member.name, symbol: call?.function, error });
        options.onMemberFailure?.(member, error, call);
      },
    });
    this.#points.add(point);
    return point;
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
    const examined = await examine(given, contract, this.#runtimes);
    const { report, artifact, runtime } = examined;
    if (report.verdict === "breaks" || artifact === undefined || runtime === undefined) throw refusal(report);
    const used = examined.contract;
    if (used === undefined) {
      throw errors.TENON_CONTRACT_MISSING({
        message: `${given}: the host gave no contract and the plugin carries none`,
        subject: given,
      });
    }
    const placeName = options.place ?? "inline";
    const place = this.#places.get(placeName);
    if (place === undefined) throw unknownPlace(placeName, [...this.#places.keys()]);
    expectOffered(runtime, place.name, given);
    const limits = readLimits(options.limits, this.#limits);
    const name = options.name ?? artifact.manifest.name;
    const settings = validateSettings(artifact.manifest.settings, options.settings, name);
    const prepared = await runtime.prepare(artifact, options.signal, loadLimits(limits));
    const plugin = new LivePlugin(
      { artifact, runtime, prepared, settings },
      {
        name,
        contract: used,
        limits,
        supervision: options.supervision,
        priority: options.priority,
        events: this.#events,
        examine: (next, nextSettings, kept) =>
          this.#examineNext(next, used, place.name, nextSettings ?? kept, name, limits),
        ended: (ended) => {
          if (this.#plugins.get(key) === ended) this.#plugins.delete(key);
          for (const point of this.#points) point.remove(ended);
        },
        context: (functions) => ({
          name,
          contract: used,
          place,
          imports: options.imports,
          grants: options.grants ?? {},
          limits,
          isolation: options.isolation,
          signatures: functions.signatures,
          assembled: functions.assembled,
          log: (line) => this.#events.emit("log", { plugin: this.#plugins.get(key), name, line }),
        }),
      },
    );
    this.#plugins.set(key, plugin);
    try {
      await plugin.open(options.signal);
    } catch (thrown) {
      this.#plugins.delete(key);
      throw thrown;
    }
    return plugin;
  }

  async #examineNext(
    next: string | URL,
    contract: Contract,
    place: string,
    settings: unknown,
    name: string,
    limits: Limits,
  ): Promise<Source> {
    const { report, artifact, runtime } = await examine(pathOf(next), contract, this.#runtimes);
    if (report.verdict === "breaks" || artifact === undefined || runtime === undefined) throw refusal(report);
    expectOffered(runtime, place, pathOf(next));
    return {
      artifact,
      runtime,
      prepared: await runtime.prepare(artifact, undefined, loadLimits(limits)),
      settings: validateSettings(artifact.manifest.settings, settings, name),
    };
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#opening.values());
    for (const plugin of [...this.#plugins.values()].reverse()) await plugin.end();
    await Promise.all([...this.#places.values()].map((place) => place.close()));
  }
}

function pathOf(artifact: string | URL): string {
  if (artifact instanceof URL) return filePath(artifact);
  if (typeof artifact !== "string" || artifact === "") throw invalid("artifact", "expected a path or a file: URL");
  if (!artifact.startsWith("file:")) return artifact;
  const base = pathToFileURL(`${process.cwd()}/`).href;
  if (!URL.canParse(artifact, base)) throw invalid("artifact", `${artifact} is not a valid URL`);
  return filePath(new URL(artifact, base));
}

function filePath(url: URL): string {
  if (url.protocol !== "file:") throw invalid("artifact", `expected a path or a file: URL, got ${url.protocol}`);
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw invalid("artifact", `${url.href} names no file of this system: ${(cause as Error).message}`);
  }
}
