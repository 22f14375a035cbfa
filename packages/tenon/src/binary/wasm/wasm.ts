import { WasmComponent } from "./component.js";
import { readPreamble } from "./header.js";
import { WasmModule } from "./module.js";

/** Reads a WebAssembly binary: a core module or a component. @throws TENON_BINARY_MALFORMED, TENON_BINARY_TRUNCATED */
export function readWasm(bytes: Uint8Array): WasmModule | WasmComponent {
  return readPreamble(bytes) === "module" ? new WasmModule(bytes) : new WasmComponent(bytes);
}
