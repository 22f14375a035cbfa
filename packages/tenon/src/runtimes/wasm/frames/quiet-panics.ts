import { WasmModule } from "../../../binary/wasm/index.js";

/** In a function's name, in both manglings of Rust and without one. */
const panics = "rust_panic";
/** What Rust's library says if the hook for panics is changed at the wrong time: only modules that change it contain this. */
const changesHook = "cannot modify the panic hook";

/**
 * Whether one of these modules is in Rust and may panic without printing anything, so that nothing announces a panic: it has a
 * hook of its own, or nothing to print with, as Rust's library for `wasm32-unknown-unknown`. Without names, there is nothing
 * that a deeper stack could show.
 */
export function panicsQuietly(modules: readonly Uint8Array[]): boolean {
  return modules.some((bytes) => {
    const module = new WasmModule(bytes);
    const names = module.customSection("name");
    if (names === undefined || !includes(names, panics)) return false;
    return !module.imports.some((item) => item.module.startsWith("wasi")) || includes(bytes, changesHook);
  });
}

function includes({ buffer, byteOffset, byteLength }: Uint8Array, text: string): boolean {
  return Buffer.from(buffer, byteOffset, byteLength).includes(text);
}
