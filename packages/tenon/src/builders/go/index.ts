export { buildGoPlugin, type GoBuild, type GoBuildCommand, type GoBuildOptions } from "./build.js";
export { type Diagnosis, diagnoseGoModule } from "./doctor/diagnose.js";
export { dockerfileText } from "./formats/dockerfile-text.js";
export { moduleFileText } from "./formats/module-file-text.js";
export { goDependencies } from "./host/dependencies.js";
export type { HostModule } from "./host/host-facts.js";
export type { HostRequirements } from "./host/requirements.js";
