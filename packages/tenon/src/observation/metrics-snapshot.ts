/** How long calls took, in milliseconds. */
export interface LatencyMetrics {
  /** How many calls were timed. Fewer than `count` where direct inline calls were timed by sample. */
  readonly timed: number;
  /** How many calls these stand for: each call that was timed by sample stands for those that were counted since the one before it. */
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Estimated from the buckets, which are at most 25 % wide. */
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  /** The buckets that are not empty: the duration that all calls in it are below, and how many calls it has. */
  readonly buckets: readonly (readonly [below: number, count: number])[];
}

/** The calls of one function since its plugin was opened. */
export interface CallMetrics {
  /** `greet`, `store.get`; `*` for all functions beyond the first 1,000 of a plugin. */
  readonly function: string;
  /** All calls that began, failed ones included. Exact. */
  readonly calls: number;
  /** How many failed, by code. Exact. */
  readonly errors: Readonly<Record<string, number>>;
  /** Calls that have begun and not ended. A direct inline call that returns its value is never seen in flight. */
  readonly inFlight: number;
  readonly latency: LatencyMetrics;
}

export interface PluginMetrics {
  readonly name: string;
  readonly version: string | undefined;
  readonly place: string;
  readonly state: string;
  /** How many calls run in the plugin, and how many wait for their turn. */
  readonly running: number;
  readonly waiting: number;
  readonly crashes: number;
  readonly restarts: number;
  /** How often the plugin rested: see the options `start` and `idle` of `open`. */
  readonly rests: number;
  readonly swaps: number;
  readonly failedSwaps: number;
  /** The plugin's functions that were called. */
  readonly exports: readonly CallMetrics[];
  /** The host's functions that the plugin called. */
  readonly imports: readonly CallMetrics[];
}

/** What is kept of plugins that are closed: totals. */
export interface ClosedMetrics {
  readonly plugins: number;
  readonly calls: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly crashes: number;
  readonly restarts: number;
  /** How often the plugin rested: see the options `start` and `idle` of `open`. */
  readonly rests: number;
  readonly swaps: number;
  readonly failedSwaps: number;
}

/** What `host.metrics()` returns: plain values, which can be written as JSON. Durations are in milliseconds. */
export interface MetricsSnapshot {
  /** When it was taken, in milliseconds since the epoch. */
  readonly time: number;
  /** The plugins that are open. */
  readonly plugins: readonly PluginMetrics[];
  readonly closed: ClosedMetrics;
}
