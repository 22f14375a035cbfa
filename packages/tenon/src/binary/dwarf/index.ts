export { Dwarf, readDwarf } from "./dwarf.js";
export { exportedByWrapper, exportSignatures } from "./export-signatures.js";
export { findPositions, type Position } from "./positions.js";
export type { FindDwarfSection } from "./sections.js";
export { goParameters } from "./subprograms.js";
