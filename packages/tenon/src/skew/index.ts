export { type CheckGoOptions, checkGoPlugins, type GoCheck } from "./check.js";
export type { Outcome, PluginVerdict } from "./program/outcome.js";
