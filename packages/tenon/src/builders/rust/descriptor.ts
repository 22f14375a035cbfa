import { type BuilderDescriptor, byName } from "../../build/descriptor.js";

export const descriptor: BuilderDescriptor<"wasm"> & { readonly runsCode: true } = {
  kind: "wasm",
  language: "Rust",
  // Build scripts and macros.
  runsCode: true,
  entries: { sources: [/^Cargo\.toml$/] },
  mayRecognise: byName(undefined, /(?:\.rs|Cargo\.toml)$/),
};
