export type { MachOExport } from "./exports.js";
export { type FatArchitecture, isFatMachO, readFatArchitectures } from "./fat.js";
export { type MachOHeader, type MachOType, machOShape } from "./header.js";
export type { MachOLibrary } from "./libraries.js";
export { MachOFile, readMachO } from "./mach-o.js";
export type { BuildVersion } from "./platform.js";
export type { MachOSection, MachOSegment } from "./segments.js";
export type { MachOSymbol } from "./symbols.js";
