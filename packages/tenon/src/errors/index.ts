export { type Details, type Fix, isMadeHere, isTenonError, TenonError } from "./error.js";
export { errors } from "./errors.js";
export { type Finding, finding, type Severity } from "./finding.js";
export { ownSideCodes, passedOn } from "./passed-on.js";
export { isErrorObject, propertyOf, textPropertyOf } from "./read-thrown.js";
export { type Code, type CodeEntry, registry } from "./registry.js";
export { reviveThrown, serialiseThrown } from "./serialised-thrown.js";
export { asCause, messageOf, textOf } from "./thrown.js";
