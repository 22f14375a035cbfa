import { WasmModule } from "../../../binary/wasm/index.js";

/** In a function's name, in both manglings of Rust and without one. */
const panics = "rust_panic";

/**
 * Whether one of these modules is in Rust and has nothing to print with, so that nothing announces a panic: Rust's library for
 * `wasm32-unknown-unknown`. Without names, there is nothing that a deeper stack could show.
 */
export function panicsQuietly(modules: readonly Uint8Array[]): boolean {
  return modules.some((bytes) => {
    const module = new WasmModule(bytes);
    const names = module.customSection("name");
    if (names === undefined || !Buffer.from(names.buffer, names.byteOffset, names.byteLength).includes(panics))
      return false;
    return !module.imports.some((item) => item.module.startsWith("wasi"));
  });
}
