import type { WasmComponent, WasmModule } from "../../../binary/wasm/index.js";

/** The kinds of WebAssembly plugins. */
export type WasmKind = "component" | "core-module" | "command" | "extism";

/** Returns the kind of a file, by its imports and exports. */
export function kindOf(file: WasmComponent | WasmModule): WasmKind {
  if (file.kind === "component") return "component";
  if (file.imports.some(({ module }) => module === "extism:host/env")) return "extism";
  const isCommand = file.exports.some(({ name, kind }) => name === "_start" && kind === "function");
  return isCommand && !carriesContract(file) ? "command" : "core-module";
}

function carriesContract(module: WasmModule): boolean {
  return module.sections.some(({ name }) => name === "tenon:contract" || name?.startsWith("component-type") === true);
}
