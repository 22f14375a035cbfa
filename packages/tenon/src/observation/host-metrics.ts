import { CallSeries } from "./call-series.js";
import type { CallMetrics, ClosedMetrics, MetricsSnapshot, PluginMetrics } from "./metrics-snapshot.js";

/** Which side implements a function that is called: `export` for the plugin's own, `import` for the host's. */
export type Direction = "export" | "import";

/** What a series of metrics is of. */
export interface MeasuredPlugin {
  readonly name: string;
  readonly version: string | undefined;
  readonly place: string;
  readonly state: string;
}

/** What may happen to a plugin, and is counted. */
export type Occurrence = "crashes" | "restarts" | "rests" | "swaps" | "failedSwaps";
const occurrences: readonly Occurrence[] = ["crashes", "restarts", "rests", "swaps", "failedSwaps"];

/** The functions of a plugin that have series of their own, in each direction. */
const mostFunctions = 1000;

/** Counts what happens in one plugin. */
export class PluginSeries {
  readonly #functions: Readonly<Record<Direction, Map<string, CallSeries>>> = { export: new Map(), import: new Map() };
  readonly occurrences: Record<Occurrence, number> = { crashes: 0, restarts: 0, rests: 0, swaps: 0, failedSwaps: 0 };

  /** Returns the series of a function; the same for all that a plugin has beyond the first 1,000. */
  of(direction: Direction, label: string): CallSeries {
    const known = this.#functions[direction];
    const name = known.has(label) || known.size < mostFunctions ? label : "*";
    let series = known.get(name);
    if (series === undefined) known.set(name, (series = new CallSeries(name)));
    return series;
  }

  called(direction: Direction): CallSeries[] {
    return [...this.#functions[direction].values()].filter(({ calls }) => calls > 0);
  }
}

/** Counts what happens in the plugins of one host. A plugin that is closed is kept in totals only. */
export class HostMetrics {
  readonly #open = new Map<MeasuredPlugin, { readonly series: PluginSeries; load(): Load }>();
  readonly #closed = { plugins: 0, calls: 0, crashes: 0, restarts: 0, rests: 0, swaps: 0, failedSwaps: 0 };
  readonly #errors = new Map<string, number>();

  /** @param load says how many calls of the plugin run and wait. */
  opened(plugin: MeasuredPlugin, series: PluginSeries, load: () => Load): void {
    this.#open.set(plugin, { series, load });
  }

  occurred(plugin: MeasuredPlugin, what: Occurrence): void {
    const known = this.#open.get(plugin);
    if (known !== undefined) known.series.occurrences[what]++;
  }

  closed(plugin: MeasuredPlugin): void {
    const known = this.#open.get(plugin);
    if (known === undefined) return;
    this.#open.delete(plugin);
    const { series } = known;
    this.#closed.plugins++;
    for (const what of occurrences) this.#closed[what] += series.occurrences[what];
    for (const { calls, errors } of [...series.called("export"), ...series.called("import")]) {
      this.#closed.calls += calls;
      for (const [code, count] of errors) this.#errors.set(code, (this.#errors.get(code) ?? 0) + count);
    }
  }

  snapshot(): MetricsSnapshot {
    const closed: ClosedMetrics = { ...this.#closed, errors: Object.fromEntries(this.#errors) };
    return { time: Date.now(), plugins: [...this.#open].map(pluginMetrics), closed };
  }
}

interface Load {
  readonly running: number;
  readonly waiting: number;
}

function pluginMetrics([plugin, { series, load }]: [
  MeasuredPlugin,
  { readonly series: PluginSeries; load(): Load },
]): PluginMetrics {
  const calls = (direction: Direction): CallMetrics[] => series.called(direction).map((each) => each.snapshot());
  const { name, version, place, state } = plugin;
  return {
    ...{ name, version, place, state, ...load(), ...series.occurrences },
    exports: calls("export"),
    imports: calls("import"),
  };
}
