import type { Contribution } from "../../../contributions/index.js";
import { descriptor } from "./descriptor.js";

/** Go source that is compiled to a plugin. */
export const goSourceContribution: Contribution = {
  name: "go-source",
  files: { described: [".go"], sources: descriptor.entries.sources ?? [], whole: "go.mod" },
  build: {
    language: "Go",
    to: { what: "a WebAssembly file", extension: ".wasm" },
    toolchain: ["Go, or the package @tenon/go-toolchain (Go's compiler as WebAssembly)"],
  },
};
