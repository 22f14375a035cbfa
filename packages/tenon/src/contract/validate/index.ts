export { describe, explain, type Mismatch } from "./explain.js";
export { compileGuard, type Guard } from "./guard.js";
export { compileMeasure, type Measure } from "./measure.js";
export { typeMismatch } from "./mismatch.js";
export { functionText, typeText } from "./type-text.js";
