export type { HostEvents } from "./events.js";
export { Host, type HostOptions } from "./host.js";
export type { CallOptions, CheckOptions, Limits, OpenArguments, OpenOptions, SwapOptions } from "./options.js";
export type { AnyPlugin, Plugin, PluginState } from "./plugin.js";
export type { Point, PointOptions } from "./point.js";
export type { Pool, PoolOptions } from "./pool.js";
export type { Report, Verdict } from "./report.js";
export type { SupervisionOptions } from "./supervision.js";
export type { SwapReport } from "./swap.js";
