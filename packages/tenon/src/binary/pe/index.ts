export type { PeExport } from "./exports.js";
export { type DataDirectory, isPe, type PeHeaders } from "./headers.js";
export type { ImportedFunction, PeImport } from "./imports.js";
export { PeFile, readPe } from "./pe.js";
export type { PeSection } from "./sections.js";
export type { PeSymbol } from "./symbols.js";
