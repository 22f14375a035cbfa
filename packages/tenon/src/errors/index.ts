export { type Details, type Fix, isTenonError, TenonError } from "./error.js";
export { errors } from "./errors.js";
export { type Finding, finding, type Severity } from "./finding.js";
export { type Code, type CodeEntry, registry } from "./registry.js";
