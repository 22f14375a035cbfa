export type { ConfigFile, ConfiguredPlugin } from "./config-file.js";
export { contractOf, type GivenByProgram, isNamed, openConfig } from "./open-config.js";
export { isConfigFile, readConfig } from "./read-config.js";
export { configSchema } from "./schema.js";
