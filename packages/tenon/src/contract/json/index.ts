export type { JsonValue } from "./json-value.js";
export type { JsonLimits } from "./problem.js";
export { readJson, tryReadJson } from "./read-json.js";
export { writeJson } from "./write-json.js";
