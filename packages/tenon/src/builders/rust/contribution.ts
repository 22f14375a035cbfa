import type { Contribution } from "../../contributions/index.js";
import { descriptor } from "./descriptor.js";

/** Rust packages that are compiled to a plugin. */
export const rustSourceContribution: Contribution = {
  name: "rust-source",
  files: { sources: descriptor.entries.sources ?? [] },
  build: {
    language: "Rust",
    to: { what: "a WebAssembly file", extension: ".wasm" },
    keepsLines: true,
    toolchain: ["cargo, with the target wasm32-wasip2"],
    runs: "Cargo runs the build scripts and macros of the package and its dependencies.",
  },
};
