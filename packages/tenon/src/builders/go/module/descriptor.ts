import { type BuilderDescriptor, byName } from "../../../build/descriptor.js";

export const descriptor: BuilderDescriptor<"wasm"> = {
  kind: "wasm",
  language: "Go",
  entries: { sources: [/^go\.mod$/, /\.go$/] },
  mayRecognise: byName(/\.go$/, /\.go$/),
};
