import type { Signature } from "../contract/core.js";
import { currentContext } from "../runtime/call-context.js";
import { type Around, type AroundCall, noMetadata } from "../runtime/index.js";
import type { CallSeries } from "./call-series.js";
import type { Direction, PluginSeries } from "./host-metrics.js";
import { callIntercepted, interceptedFunction } from "./intercepted.js";
import type { InterceptedCall, Interceptor, Interceptors } from "./interceptor.js";
import { callsAreTraced, publishing } from "./tracing.js";

const none: readonly Interceptor[] = [];

/** Watches the calls of one plugin, in both directions: what counts them, and what stands around them. */
export class Observer {
  readonly #arounds = new Map<string, ImportedFunction>();
  /** Whether the calls are published: see {@link look}. */
  #traced = callsAreTraced();

  /** @param series counts the calls; without it, nothing does. */
  constructor(
    readonly plugin: string,
    private readonly interceptors: Interceptors,
    readonly series: PluginSeries | undefined,
  ) {}

  /**
   * Looks whether something listens to calls: at each start of the plugin, so that its calls need not look. Returns whether that has
   * changed.
   */
  look(): boolean {
    const before = this.#traced;
    this.#traced = callsAreTraced();
    return this.#traced !== before;
  }

  /** What counts the calls of an export, if something does. */
  seriesOf({ kind, label }: Signature): CallSeries | undefined {
    return kind === "drop" ? undefined : this.series?.of("export", label);
  }

  /** The interceptors around a function, the outermost first. */
  chain(direction: Direction, { kind, label }: Signature): readonly Interceptor[] {
    if (kind === "drop") return none;
    const own = this.interceptors.of(this.plugin, direction, label);
    return this.#traced ? [publishing, ...own] : own;
  }

  /** What stands around the calls of a function of the host. It begins and ends to do so while the function is in use. */
  around(signature: Signature): Around | undefined {
    if (signature.kind === "drop") return undefined;
    let known = this.#arounds.get(signature.path);
    if (known === undefined) {
      known = new ImportedFunction(this.plugin, signature, this.series?.of("import", signature.label));
      known.surround(this.chain("import", signature));
      this.#arounds.set(signature.path, known);
    }
    return known;
  }

  /** Interceptors were added or removed, or {@link look} saw something new. */
  refresh(): void {
    for (const around of this.#arounds.values()) around.surround(this.chain("import", around.signature));
  }
}

class ImportedFunction implements Around {
  call: AroundCall | undefined;
  readonly #plugin: string;
  readonly #series: CallSeries | undefined;
  #interceptors = none;

  constructor(
    plugin: string,
    readonly signature: Signature,
    series: CallSeries | undefined,
  ) {
    this.#plugin = plugin;
    this.#series = series;
  }

  /** The function returned what does not fit. */
  failed(error: unknown): void {
    this.#series?.failed(error);
  }

  surround(interceptors: readonly Interceptor[]): void {
    this.#interceptors = interceptors;
    const intercepted: AroundCall | undefined =
      interceptors.length === 0 ? undefined : (...call) => this.#intercepted(...call);
    const series = this.#series;
    this.call = series === undefined ? intercepted : measured(series, intercepted);
  }

  #intercepted(...[parameters, control, proceed, sync]: Parameters<AroundCall>): unknown {
    const { label } = this.signature;
    const call: InterceptedCall = {
      plugin: this.#plugin,
      function: label,
      direction: "import",
      parameters,
      metadata: control?.metadata ?? currentContext()?.metadata ?? noMetadata,
      get signal() {
        return control?.signal ?? never;
      },
      deadline: control?.deadline ?? 0,
      sync,
    };
    const end = {
      get isOver() {
        return control?.cancelled === true;
      },
    };
    return callIntercepted(this.#interceptors, interceptedFunction(this.signature), call, proceed, end);
  }
}

const never = new AbortController().signal;

/** Counts all calls. Those that return their value are timed by sample. */
function measured(series: CallSeries, inner: AroundCall | undefined): AroundCall {
  return (parameters, control, proceed, sync) => {
    const begun = --series.left === 0 ? series.begin() : 0;
    let answer: unknown;
    let later: boolean;
    try {
      answer = inner === undefined ? proceed(parameters) : inner(parameters, control, proceed, sync);
      later = typeof answer === "object" && answer !== null && typeof (answer as any).then === "function";
    } catch (thrown) {
      if (begun !== 0) series.end(begun);
      series.failed(thrown);
      throw thrown;
    }
    if (!later) {
      if (begun !== 0) series.end(begun);
      return answer;
    }
    const running = series.promised(begun);
    return new Promise((resolve) => resolve(answer)).then(
      (value) => {
        running.leave();
        return value;
      },
      (thrown) => {
        running.leave(thrown ?? "other");
        throw thrown;
      },
    );
  };
}
