export type { ConfiguredPlugin } from "./config-file.js";
export { contractOf, isNamed, openConfig } from "./open-config.js";
export { readConfig } from "./read-config.js";
