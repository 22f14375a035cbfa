export { isFatMachO, readFatArchitectures } from "./fat.js";
export { machOShape } from "./header.js";
export { MachOFile, readMachO } from "./mach-o.js";
