/**
 * Tenon: plugins that are checked before they run, opened behind one typed contract, swapped and closed.
 *
 * Most programs need {@link contract} and `t` to say what a plugin is, and {@link open} or {@link createHost} to open
 * one. Contract formats are at `tenon/contract`, plugin authoring at `tenon/guest`, interfaces for other runtimes and
 * places at `tenon/runtime`, the conformance suite at `tenon/testing`.
 */

export { contract, t } from "./contract/building/builder.js";
export type { Call, Contract, Exports, Implementation, Imports, SyncExports, Value } from "./contract/core.js";
export type * from "./contributions/index.js";
export { type Code, type Finding, type Fix, isTenonError, TenonError } from "./errors/index.js";
export type { Enforcement, Enforcer, GrantReport } from "./grants/enforcement.js";
export type {
  FolderGrant,
  GrantName,
  GrantRequest,
  GrantSet,
  Grants,
  ResourceGrant,
  StorageGrant,
} from "./grants/grants.js";
export {
  type AnyPlugin,
  type CallOptions,
  type CheckOptions,
  type Configured,
  type ConsoleLogOptions,
  Host,
  type HostEvents,
  type HostOptions,
  type Limits,
  logTo,
  logToConsole,
  type ObjectLogger,
  type OpenArguments,
  type OpenOptions,
  type Plugin,
  type PluginState,
  type Point,
  type PointOptions,
  type Pool,
  type PoolOptions,
  type Report,
  type SupervisionOptions,
  type SwapOptions,
  type SwapReport,
  type Verdict,
} from "./host/index.js";
export type { InterceptedCall, InterceptFilter, Interceptor, Next } from "./observation/interceptor.js";
export type {
  CallMetrics,
  ClosedMetrics,
  LatencyMetrics,
  MetricsSnapshot,
  PluginMetrics,
} from "./observation/metrics-snapshot.js";
export type { Configuration } from "./presets/configuration.js";
export { type ConfigOptions, type CreateHostOptions, check, createHost, open, sharedHost } from "./presets/index.js";
export { withMetadata } from "./runtime/call-context.js";
export type { LogFields, LogLevel, LogRecord } from "./runtime/instance.js";
export type { Metadata } from "./runtime/metadata.js";
export type { PlaceName, Places } from "./runtime/place.js";
export type { EmbeddedStorageOptions } from "./storage/embedded.js";
export { embeddedStorage, memoryStorage } from "./storage/lazy.js";
export type { StorageProvider, Store } from "./storage/provider.js";
