export { type BuildInfo, findModuleText, type GoModule, type ModuleText, readBuildInfo } from "./build-info.js";
export { findModuleData } from "./find-module-data.js";
export { type GoVersion, parseGoVersion } from "./go-version.js";
export { findLineTable, type GoFunction, LineTable, readLineTable } from "./line-table.js";
export {
  type GoSlice,
  type ModuleData,
  type ModuleDataField,
  type ModuleDataLayout,
  moduleDataLayout,
  moduleDataLayoutsOfSize,
  moduleDataPointer,
  moduleDataSlice,
  readModuleData,
} from "./module-data.js";
export { goNameAt, goTypeAt, type PluginSymbol, pluginSymbols, type TypeRange } from "./symbol-types.js";
