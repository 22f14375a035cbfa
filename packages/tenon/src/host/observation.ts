import { describe } from "../contract/core.js";
import { optionInvalid } from "../errors/factories/host-option.js";
import { metricsOff } from "../errors/factories/intercept.js";
import { HostMetrics, PluginSeries } from "../observation/host-metrics.js";
import { type InterceptFilter, type Interceptor, Interceptors } from "../observation/interceptor.js";
import type { MetricsSnapshot } from "../observation/metrics-snapshot.js";
import { Observer } from "../observation/observer.js";
import type { Events } from "./events.js";
import type { LivePlugin } from "./live-plugin.js";
import { aName, checkOptions, type OptionCheck, oneOf } from "./option-checks.js";

const filterChecks: Record<keyof InterceptFilter, OptionCheck> = {
  plugin: aName,
  function: aName,
  direction: oneOf("export", "import"),
};

/** What watches the plugins of one host: its interceptors, and its metrics if it has them. */
export class Observation {
  readonly #interceptors = new Interceptors();
  readonly #metrics: HostMetrics | undefined;

  constructor(events: Events, counts: boolean) {
    if (!counts) return;
    const metrics = new HostMetrics();
    this.#metrics = metrics;
    events.on("crashed", ({ plugin }) => metrics.occurred(plugin, "crashes"));
    events.on("restarted", ({ plugin }) => metrics.occurred(plugin, "restarts"));
    events.on("rested", ({ plugin }) => metrics.occurred(plugin, "rests"));
    events.on("swapped", ({ plugin }) => metrics.occurred(plugin, "swaps"));
    events.on("swap-failed", ({ plugin }) => metrics.occurred(plugin, "failedSwaps"));
    events.on("state", ({ plugin, to }) => {
      if (to === "closed") metrics.closed(plugin);
    });
  }

  /** Makes what watches a plugin that is about to be opened. */
  observer(name: string): Observer {
    return new Observer(name, this.#interceptors, this.#metrics === undefined ? undefined : new PluginSeries());
  }

  /** Counts what happens in a plugin from now on. */
  watch(plugin: LivePlugin): void {
    const { functions } = plugin;
    const { series } = functions.observer;
    if (series !== undefined) this.#metrics?.opened(plugin, series, () => functions.load);
  }

  /** @throws TENON_OPTION_INVALID */
  intercept(interceptor: Interceptor, filter: InterceptFilter): () => void {
    if (typeof interceptor !== "function")
      throw optionInvalid("interceptor", `expected a function, got ${describe(interceptor)}`);
    checkOptions(filter, filterChecks, { prefix: "filter.", noun: "filter", subject: "filter" });
    return this.#interceptors.add(interceptor, filter);
  }

  /** @throws TENON_OPTION_INVALID if nothing is counted */
  snapshot(): MetricsSnapshot {
    if (this.#metrics === undefined) throw metricsOff();
    return this.#metrics.snapshot();
  }
}
