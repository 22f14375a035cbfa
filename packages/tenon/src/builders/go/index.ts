export { buildGoPlugin, type GoBuild, type GoBuildCommand, type GoBuildOptions } from "./build.js";
export { goDependencies } from "./dependencies.js";
export { type Diagnosis, diagnoseGoModule } from "./doctor/diagnose.js";
export { dockerfileText } from "./formats/dockerfile-text.js";
export { moduleFileText } from "./formats/module-file-text.js";
export type { HostModule } from "./host-facts.js";
export type { HostRequirements } from "./requirements.js";
