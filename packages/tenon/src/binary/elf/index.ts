export { ElfFile, readElf } from "./elf.js";
export { isElf, readElfHeader } from "./header.js";
export { segmentTypes } from "./program-headers.js";
export { sectionBytes } from "./sections.js";
export type { DynamicSymbol } from "./symbols.js";
