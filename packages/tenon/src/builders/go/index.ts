export {
  buildGoPlugin,
  type GoBuild,
  type GoBuildCommand,
  type GoBuildOptions,
} from "./build.js";
export type { PathRule } from "./compile-paths.js";
export { goDependencies } from "./dependencies.js";
export { type Diagnosis, diagnoseGoModule } from "./doctor/diagnose.js";
export { dockerfileText } from "./formats/dockerfile-text.js";
export { moduleFileText } from "./formats/module-file-text.js";
export type { HostFacts, HostLibc, HostModule } from "./host-facts.js";
export type { Pin } from "./modules/pin-modules.js";
export { readHost } from "./read-host.js";
export { describeHost, type HostRequirements } from "./requirements.js";
export type { Toolchain } from "./toolchain/find-toolchain.js";
export type { Verdict, Verify } from "./verdict.js";
