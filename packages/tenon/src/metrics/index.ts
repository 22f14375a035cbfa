/**
 * Metrics of a host for Prometheus, and metrics and traces for OpenTelemetry. `prom-client` and `@opentelemetry/api` are loaded when they
 * are used: install the one that you need.
 */
export {
  type OpenTelemetryOptions,
  openTelemetry,
  type TelemetryMeter,
  type TelemetryTracer,
} from "./open-telemetry.js";
export { type PrometheusOptions, type PrometheusRegistry, prometheus } from "./prometheus.js";
