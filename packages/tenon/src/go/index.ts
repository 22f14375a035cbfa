/**
 * Go hosts and Go plugins, for programs: foretell what `plugin.Open` does, build the plugin that fits, tell what a host
 * asks of its plugins, what in a plugin's module will bite, and what any program file holds. Runs none of them.
 */
export {
  type Diagnosis,
  diagnoseGoModule,
  dockerfileText,
  type GoBuild,
  type GoBuildCommand,
  goDependencies,
  type HostRequirements,
  moduleFileText,
} from "../builders/go/index.js";
export { type Inspection, inspectProgram } from "../program/index.js";
export { type CheckGoOptions, checkGoPlugins, type GoCheck, type Outcome, type PluginVerdict } from "../skew/index.js";
export { buildGoPlugin, type GoBuildOptions } from "./build.js";
