import type { TextWriter } from "../../../contract/formats/text-writer.js";

/** Declares a C function that the host provides, with its names in WebAssembly. */
export function declareImport(text: TextWriter, module: string, name: string, declaration: string): void {
  text.line(`__attribute__((import_module("${module}"), import_name("${name}")))`);
  text.line(`extern ${declaration};`);
}
