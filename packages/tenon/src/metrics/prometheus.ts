import { registryRefused } from "../errors/factories/metrics.js";
import type { Host } from "../host/index.js";
import { anObject, checkOptions, type OptionCheck } from "../host/option-checks.js";
import type { CallMetrics, MetricsSnapshot, PluginMetrics } from "../observation/metrics-snapshot.js";
import { library } from "./peers.js";

/** A `Registry` of prom-client. */
export interface PrometheusRegistry {
  readonly contentType: string;
  metrics(): Promise<string>;
  registerMetric(metric: any): void;
  removeSingleMetric(name: string): void;
}

export interface PrometheusOptions {
  /** Where the metrics are registered. Default: prom-client's own registry, `register`. */
  readonly registry?: PrometheusRegistry | undefined;
  /** What the names of the metrics begin with. Default `tenon_`. */
  readonly prefix?: string | undefined;
}

const optionChecks: Record<keyof PrometheusOptions, OptionCheck> = {
  registry: anObject,
  prefix: {
    expected: "letters, digits and underscores that begin with a letter",
    fits: (value) => typeof value === "string" && /^(?:[a-zA-Z_][a-zA-Z0-9_]*)?$/.test(value),
  },
};

/** A value for some labels. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Definition {
  readonly kind: "Counter" | "Gauge";
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  samples(plugin: PluginMetrics): readonly Sample[];
}

/** Plugins of the same name are summed up: they have the same labels. */
const ofPlugin = ["plugin", "place"] as const;
const ofCall = [...ofPlugin, "direction", "function"] as const;

const definitions: readonly Definition[] = [
  {
    ...{ kind: "Counter", name: "calls_total", help: "Calls that began, failed ones included.", labels: ofCall },
    samples: (plugin) => each(plugin, ({ calls }) => [{ labels: {}, value: calls }]),
  },
  {
    ...{ kind: "Counter", name: "call_errors_total", help: "Calls that failed, by code.", labels: [...ofCall, "code"] },
    samples: (plugin) =>
      each(plugin, ({ errors }) => Object.entries(errors).map(([code, value]) => ({ labels: { code }, value }))),
  },
  {
    ...{ kind: "Gauge", name: "calls_in_flight", help: "Calls that have begun and not ended.", labels: ofCall },
    samples: (plugin) => each(plugin, ({ inFlight }) => [{ labels: {}, value: inFlight }]),
  },
  {
    ...{ kind: "Gauge", name: "calls_waiting", help: "Calls that wait for their turn.", labels: ofPlugin },
    samples: (plugin) => [{ labels: labelsOf(plugin), value: plugin.waiting }],
  },
  {
    ...{ kind: "Gauge", name: "plugins", help: "Open plugins, by state.", labels: [...ofPlugin, "state"] },
    samples: (plugin) => [{ labels: { ...labelsOf(plugin), state: plugin.state }, value: 1 }],
  },
  occurrence("crashes", "How often plugins crashed."),
  occurrence("restarts", "How often plugins were restarted after a crash."),
  occurrence("rests", "How often plugins ended because they were idle."),
  occurrence("swaps", "How often plugins were swapped."),
  occurrence("failedSwaps", "How many swaps failed."),
];

function occurrence(what: "crashes" | "restarts" | "rests" | "swaps" | "failedSwaps", help: string): Definition {
  const name = `${what === "failedSwaps" ? "failed_swaps" : what}_total`;
  return {
    ...{ kind: "Counter", name, help, labels: ofPlugin },
    samples: (plugin) => [{ labels: labelsOf(plugin), value: plugin[what] }],
  };
}

/** The bounds of the exported buckets, in seconds: every second power of two of a millisecond, from 1 µs to 66 s. */
const bounds = Array.from({ length: 14 }, (_, index) => 2 ** (2 * index - 10) / 1000);

/**
 * Registers the metrics of a host with prom-client. They are read when they are scraped: between scrapes, this costs nothing.
 *
 * ```ts
 * const { registry } = await prometheus(host);
 * http.createServer(async (_, response) => response.end(await registry.metrics())).listen(9464);
 * ```
 *
 * @returns the registry, and a function that removes the metrics from it
 * @throws TENON_METRICS_LIBRARY without prom-client; TENON_OPTION_INVALID for a host without metrics, or a registry that has them already
 */
export async function prometheus(
  host: Host,
  options: PrometheusOptions = {},
): Promise<{ readonly registry: PrometheusRegistry; stop(): void }> {
  checkOptions(options, optionChecks);
  host.metrics();
  const client = await library("prom-client", () => import("prom-client"));
  const { registry = client.register as PrometheusRegistry, prefix = "tenon_" } = options;
  const names: string[] = [];
  const stop = () => {
    for (const name of names) registry.removeSingleMetric(name);
  };
  const register = (name: string, make: (configuration: object) => unknown, configuration: object): void => {
    try {
      make({ ...configuration, name, registers: [registry] });
      names.push(name);
    } catch (thrown) {
      stop();
      throw registryRefused(name, thrown);
    }
  };
  const snapshot = perScrape(() => host.metrics());
  for (const { kind, name, help, labels, samples } of definitions)
    register(`${prefix}${name}`, (configuration) => new client[kind](configuration), {
      ...{ help, labelNames: labels },
      collect(this: { reset(): void; inc(labels: object, value: number): void }) {
        this.reset();
        for (const plugin of snapshot().plugins)
          for (const sample of samples(plugin)) this.inc(sample.labels, sample.value);
      },
    });
  const Durations = durations(client, snapshot);
  register(`${prefix}call_duration_seconds`, (configuration) => new Durations(configuration), {
    ...{ help: "How long calls took. Direct inline calls are timed by sample.", labelNames: ofCall, buckets: bounds },
  });
  return { registry, stop };
}

/** A histogram of prom-client whose values are those of a host. prom-client itself can only observe one call after the other. */
function durations(client: any, snapshot: () => MetricsSnapshot): new (configuration: object) => object {
  return class extends client.Histogram {
    getForPromString() {
      const { name, help, type, aggregator } = this as any;
      const sums = new Map<string, Durations>();
      for (const plugin of snapshot().plugins) for (const [labels, call] of callsOf(plugin)) add(sums, labels, call);
      const values = [...sums.values()].flatMap(({ labels, counts, count, sum }) => [
        ...bounds.map((le, index) => ({
          metricName: `${name}_bucket`,
          labels: { le, ...labels },
          value: counts[index],
        })),
        { metricName: `${name}_bucket`, labels: { le: "+Inf", ...labels }, value: count },
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      ]);
      return { name, help, type, aggregator, values };
    }

    get() {
      return this.getForPromString();
    }
  };
}

interface Durations {
  readonly labels: Readonly<Record<string, string>>;
  /** How many calls took no longer than each bound. */
  readonly counts: number[];
  count: number;
  sum: number;
}

function add(sums: Map<string, Durations>, labels: Durations["labels"], { latency }: CallMetrics): void {
  if (latency.count === 0) return;
  const key = JSON.stringify(labels);
  let known = sums.get(key);
  if (known === undefined) sums.set(key, (known = { labels, counts: bounds.map(() => 0), count: 0, sum: 0 }));
  known.count += latency.count;
  known.sum += latency.sum / 1000;
  // Every bound is the end of a bucket, so that no bucket has calls on both sides of it.
  for (const [below, count] of latency.buckets)
    for (const [index, bound] of bounds.entries()) if (below / 1000 <= bound) known.counts[index]! += count;
}

function labelsOf({ name, place }: PluginMetrics): Readonly<Record<string, string>> {
  return { plugin: name, place };
}

function callsOf(plugin: PluginMetrics): [Readonly<Record<string, string>>, CallMetrics][] {
  return (["exports", "imports"] as const).flatMap((side) =>
    plugin[side].map((call): [Readonly<Record<string, string>>, CallMetrics] => [
      { ...labelsOf(plugin), direction: side === "exports" ? "export" : "import", function: call.function },
      call,
    ]),
  );
}

function each(plugin: PluginMetrics, of: (call: CallMetrics) => readonly Sample[]): readonly Sample[] {
  return callsOf(plugin).flatMap(([labels, call]) =>
    of(call).map((sample) => ({ labels: { ...labels, ...sample.labels }, value: sample.value })),
  );
}

/** All metrics of a scrape are read in one turn: they share one snapshot. */
function perScrape(take: () => MetricsSnapshot): () => MetricsSnapshot {
  let current: MetricsSnapshot | undefined;
  return () => {
    if (current === undefined) {
      current = take();
      queueMicrotask(() => {
        current = undefined;
      });
    }
    return current;
  };
}
