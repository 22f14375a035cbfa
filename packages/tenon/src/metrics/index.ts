/** Metrics of a host for Prometheus. `prom-client` is loaded when it is used: install it beside Tenon. */
export { type PrometheusOptions, type PrometheusRegistry, prometheus } from "./prometheus.js";
