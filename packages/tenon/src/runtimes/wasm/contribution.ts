import type { Contribution } from "../../contributions/index.js";

/** WebAssembly files. */
export const wasmContribution: Contribution = { name: "wasm", files: { extensions: [".wasm"] } };
