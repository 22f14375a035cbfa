import { isTenonError } from "../errors/index.js";
import type { Host } from "../host/index.js";
import { anObject, anything, checkOptions, type OptionCheck } from "../host/option-checks.js";
import type { InterceptedCall, InterceptFilter, Next } from "../observation/interceptor.js";
import type { CallMetrics, PluginMetrics } from "../observation/metrics-snapshot.js";
import { withMetadata } from "../runtime/call-context.js";
import { type Library, library } from "./peers.js";

/** A `Tracer` of @opentelemetry/api. */
export interface TelemetryTracer {
  startSpan(name: string, options?: any, context?: any): any;
}

/** A `Meter` of @opentelemetry/api. */
export interface TelemetryMeter {
  createHistogram(name: string, options?: any): any;
  createObservableCounter(name: string, options?: any): any;
  createObservableUpDownCounter(name: string, options?: any): any;
  addBatchObservableCallback(callback: (result: any) => void, observables: any[]): void;
  removeBatchObservableCallback(callback: (result: any) => void, observables: any[]): void;
}

export interface OpenTelemetryOptions {
  /** Makes the spans; `false` for no spans. Default: the registered tracer provider's, named `tenon`. */
  readonly tracer?: TelemetryTracer | false | undefined;
  /** Makes the instruments; `false` for none. Default: the registered meter provider's, named `tenon`. */
  readonly meter?: TelemetryMeter | false | undefined;
  /** Which calls get spans and are recorded in the histogram. Default: all. */
  readonly filter?: InterceptFilter | undefined;
}

const withMethod = (method: string): OptionCheck => ({
  expected: `false, or an object with a function ${method}`,
  fits: (value: any) => value === false || typeof value?.[method] === "function",
});
const optionChecks: Record<keyof OpenTelemetryOptions, OptionCheck> = {
  tracer: withMethod("startSpan"),
  meter: withMethod("createHistogram"),
  filter: { ...anObject, fits: (value) => anything.fits(value) && anObject.fits(value) },
};

/**
 * Makes spans of calls, in both directions, and reports metrics. The trace context goes along with each call as metadata, into every
 * place, so that what a plugin calls becomes part of the trace of the call that it serves. The calls take the long way, also inline.
 *
 * Counters need a host with metrics; the histogram of durations and the spans do not.
 *
 * @returns a function that ends it
 * @throws TENON_METRICS_LIBRARY without @opentelemetry/api; TENON_OPTION_INVALID
 */
export async function openTelemetry(
  host: Host,
  options: OpenTelemetryOptions = {},
): Promise<{ readonly stop: () => void }> {
  checkOptions(options, optionChecks);
  const api = await library("@opentelemetry/api", () => import("@opentelemetry/api"));
  const { tracer = api.trace.getTracer("tenon") as TelemetryTracer, filter } = options;
  const { meter = api.metrics.getMeter("tenon") as TelemetryMeter } = options;
  const stops: (() => void)[] = [];
  if (meter !== false && countsCalls(host, options.meter !== undefined)) stops.push(observe(host, meter));
  const durations =
    meter === false
      ? undefined
      : meter.createHistogram("tenon.call.duration", { unit: "s", description: "How long calls took." });
  if (tracer !== false || durations !== undefined)
    stops.push(host.intercept(new CallTelemetry(api, tracer, durations).interceptor, filter));
  return {
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}

/** @param required whether it is an error if the host counts nothing. @throws TENON_OPTION_INVALID */
function countsCalls(host: Host, required: boolean): boolean {
  try {
    host.metrics();
    return true;
  } catch (thrown) {
    if (required || !isTenonError(thrown)) throw thrown;
    return false;
  }
}

/** What a call has of its telemetry while it runs. */
interface Running {
  readonly attributes: Readonly<Record<string, string>>;
  readonly begun: number;
  readonly span: any;
  /** Calls the function in the context of the span. */
  proceed(next: Next): unknown;
}

class CallTelemetry {
  readonly #api: Library;
  readonly #tracer: TelemetryTracer | false;
  readonly #durations: any;

  constructor(api: Library, tracer: TelemetryTracer | false, durations: unknown) {
    this.#api = api;
    this.#tracer = tracer;
    this.#durations = durations;
  }

  readonly interceptor = (call: InterceptedCall, next: Next): unknown => {
    const running = this.#quietly(() => this.#begin(call));
    if (running === undefined) return next();
    const failed = (thrown: unknown): never => {
      this.#quietly(() => this.#end(running, thrown));
      throw thrown;
    };
    let answer: any;
    try {
      answer = running.proceed(next);
    } catch (thrown) {
      return failed(thrown);
    }
    const succeeded = (value: unknown) => {
      this.#quietly(() => this.#end(running, undefined));
      return value;
    };
    return call.sync ? succeeded(answer) : answer.then(succeeded, failed);
  };

  /** What is broken in the telemetry must not fail the call. */
  #quietly<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (thrown) {
      this.#api.diag.error("tenon/metrics:", thrown);
      return undefined;
    }
  }

  #begin(call: InterceptedCall): Running {
    const { plugin, function: name, direction } = call;
    const attributes = {
      ...{ "rpc.system": "tenon", "rpc.service": plugin, "rpc.method": name, "tenon.direction": direction },
    };
    const begun = performance.now();
    if (this.#tracer === false) return { attributes, begun, span: undefined, proceed: (next) => next() };
    const { context, trace, propagation, SpanKind } = this.#api as any;
    const active = context.active();
    // The metadata of a call that a plugin makes is that of the call that it serves. The host's own code knows where it is.
    const isLocal = direction === "export" && trace.getSpan(active) !== undefined;
    const parent = isLocal ? active : propagation.extract(active, call.metadata);
    const kind = direction === "export" ? SpanKind.CLIENT : SpanKind.SERVER;
    const span = this.#tracer.startSpan(`${plugin}/${name}`, { kind, attributes }, parent);
    const inside = trace.setSpan(parent, span);
    const carried: Record<string, string> = {};
    propagation.inject(inside, carried);
    const metadata = this.#fitting(carried);
    return { attributes, begun, span, proceed: (next) => context.with(inside, () => withMetadata(metadata, next)) };
  }

  /** What of a trace context fits into metadata. Baggage may be too large, and is what a trace can do without. */
  #fitting({ baggage, ...others }: Record<string, string>): Record<string, string> {
    const { traceparent, tracestate } = others;
    const choices = [{ ...others, baggage }, others, { traceparent, tracestate }, { traceparent }];
    const fits = (choice: object) => this.#quietly(() => withMetadata(choice as Record<string, string>, () => true));
    return (choices.find(fits) ?? {}) as Record<string, string>;
  }

  #end({ attributes, begun, span }: Running, thrown: unknown): void {
    const code = thrown === undefined ? undefined : isTenonError(thrown) ? thrown.code : "other";
    const error = code === undefined ? undefined : { "error.type": code };
    this.#durations?.record((performance.now() - begun) / 1000, { ...attributes, ...error });
    if (span === undefined) return;
    if (error !== undefined) {
      span.setAttributes(error);
      span.recordException(thrown);
      span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message: (thrown as Error).message });
    }
    span.end();
  }
}

type Report = (instrument: unknown, value: number, attributes: Readonly<Record<string, string>>) => void;

/** Reports what the host counts, whenever the meter's reader collects. */
function observe(host: Host, meter: TelemetryMeter): () => void {
  const counter = (name: string, description: string) => meter.createObservableCounter(name, { description });
  const gauge = (name: string, description: string) => meter.createObservableUpDownCounter(name, { description });
  const calls = counter("tenon.calls", "Calls that began, failed ones included.");
  const errors = counter("tenon.call.errors", "Calls that failed, by code.");
  const inFlight = gauge("tenon.calls.in_flight", "Calls that have begun and not ended.");
  const waiting = gauge("tenon.calls.waiting", "Calls that wait for their turn.");
  const plugins = gauge("tenon.plugins", "Open plugins, by state.");
  const crashes = counter("tenon.crashes", "How often plugins crashed.");
  const restarts = counter("tenon.restarts", "How often plugins were restarted after a crash.");
  const rests = counter("tenon.rests", "How often plugins ended because they were idle.");
  const swaps = counter("tenon.swaps", "How often plugins were swapped.");
  const failedSwaps = counter("tenon.failed_swaps", "How many swaps failed.");
  const ofCall = (report: Report, plugin: PluginMetrics, call: CallMetrics, direction: string) => {
    const attributes = { "tenon.plugin": plugin.name, "tenon.direction": direction, "tenon.function": call.function };
    report(calls, call.calls, attributes);
    report(inFlight, call.inFlight, attributes);
    for (const [code, count] of Object.entries(call.errors))
      report(errors, count, { ...attributes, "error.type": code });
  };
  const collect = (result: { observe: Report }) => {
    const report = summing();
    for (const plugin of host.metrics().plugins) {
      const attributes = { "tenon.plugin": plugin.name, "tenon.place": plugin.place };
      for (const call of plugin.exports) ofCall(report.add, plugin, call, "export");
      for (const call of plugin.imports) ofCall(report.add, plugin, call, "import");
      report.add(plugins, 1, { ...attributes, "tenon.state": plugin.state });
      report.add(waiting, plugin.waiting, attributes);
      report.add(crashes, plugin.crashes, attributes);
      report.add(restarts, plugin.restarts, attributes);
      report.add(rests, plugin.rests, attributes);
      report.add(swaps, plugin.swaps, attributes);
      report.add(failedSwaps, plugin.failedSwaps, attributes);
    }
    report.give((...observed) => result.observe(...observed));
  };
  const all = [calls, errors, inFlight, waiting, plugins, crashes, restarts, rests, swaps, failedSwaps];
  meter.addBatchObservableCallback(collect, all);
  return () => meter.removeBatchObservableCallback(collect, all);
}

/** Sums up what has the same attributes: of plugins with the same name. The last observation would win otherwise. */
function summing(): { readonly add: Report; give(report: Report): void } {
  const sums = new Map<
    unknown,
    Map<string, { value: number; readonly attributes: Readonly<Record<string, string>> }>
  >();
  return {
    add(instrument, value, attributes) {
      let known = sums.get(instrument);
      if (known === undefined) sums.set(instrument, (known = new Map()));
      const key = JSON.stringify(attributes);
      const sum = known.get(key);
      if (sum === undefined) known.set(key, { value, attributes });
      else sum.value += value;
    },
    give(report) {
      for (const [instrument, known] of sums)
        for (const { value, attributes } of known.values()) report(instrument, value, attributes);
    },
  };
}
