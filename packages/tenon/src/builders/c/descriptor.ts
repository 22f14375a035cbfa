import { type BuilderDescriptor, byName } from "../../build/descriptor.js";

export const descriptor: BuilderDescriptor<"wasm"> = {
  kind: "wasm",
  language: "C",
  entries: { sources: [/\.c$/] },
  mayRecognise: byName(/\.c$/, /\.c$/),
};
