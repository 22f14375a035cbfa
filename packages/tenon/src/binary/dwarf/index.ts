export { Dwarf, readDwarf } from "./dwarf.js";
export { exportedByWrapper, exportSignatures } from "./export-signatures.js";
export { goParameters } from "./subprograms.js";
