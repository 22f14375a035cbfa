export { WasmComponent } from "./component.js";
export type { ComponentKind } from "./component-externals.js";
export type { Producers } from "./custom-sections.js";
export type { ExternalType } from "./externals.js";
export { isWasm } from "./header.js";
export { WasmModule } from "./module.js";
export type { FunctionType } from "./types.js";
export type { WasiLevel } from "./wasi-level.js";
export { readWasm } from "./wasm.js";
