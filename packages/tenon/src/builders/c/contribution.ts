import type { Contribution } from "../../contributions/index.js";
import { descriptor } from "./descriptor.js";

/** C source that is compiled to a plugin. */
export const cSourceContribution: Contribution = {
  name: "c-source",
  files: { described: [".c"], sources: descriptor.entries.sources ?? [] },
  build: {
    language: "C",
    to: { what: "a WebAssembly file", extension: ".wasm" },
    keepsLines: true,
    toolchain: ["clang or zig"],
  },
};
