/**
 * The entry point `tenon/go`: predict whether a Go host opens a Go plugin, build a plugin that fits, list what a host
 * requires of its plugins, find problems in a plugin's source, and inspect any program file. Runs none of them.
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
