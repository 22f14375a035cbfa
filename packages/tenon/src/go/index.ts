export { type CheckGoOptions, checkGoPlugins, type GoCheck, type Outcome, type PluginVerdict } from "../skew/index.js";
