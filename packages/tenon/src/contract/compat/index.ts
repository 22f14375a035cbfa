export { type AdaptedFunction, adaptContract, adaptFunction, compileAdapter, type FunctionAdapter } from "./adapt.js";
export { type AdviceReason, adviseVersion, type VersionAdvice } from "./advice.js";
export { type Comparison, compareContracts, type Difference, type Verdict } from "./compare.js";
export type { DifferenceSeverity, Facts, Party, Rule } from "./rule.js";
export { type RuleId, rules, rulesTable } from "./rules.js";
export type { Bump } from "./version.js";
