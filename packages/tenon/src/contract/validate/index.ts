export { describe, explain, type Mismatch } from "./explain.js";
export { generatesCode } from "./generated-function.js";
export { type CheckedCopy, compileCheckedCopy, compileGuard, type Guard, isChangeable } from "./guard.js";
export { copyJson, isJson, jsonSize } from "./json-values.js";
export { mapParts } from "./map-parts.js";
export { compileMeasure, type Measure } from "./measure.js";
export { typeMismatch } from "./mismatch.js";
export { functionText, typeText } from "./type-text.js";
export { unfit } from "./unfit.js";
