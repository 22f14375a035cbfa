export { findModuleText, type GoModule, type ModuleText, readBuildInfo } from "./build-info.js";
export { findModuleData } from "./find-module-data.js";
export { parseGoVersion } from "./go-version.js";
export { LineTable, readLineTable } from "./line-table.js";
export { type ModuleData, moduleDataLayout } from "./module-data.js";
export { pluginSymbols } from "./symbol-types.js";
