export type * as wit from "./ast.js";
export { contractToWit } from "./from-contract.js";
export { parseWit } from "./parser.js";
export { printWit } from "./printer.js";
export { contractFromWit, type FromWitOptions, type WitFile } from "./to-contract.js";
