import type { BuilderDescriptor } from "../../build/descriptor.js";

export const descriptor: BuilderDescriptor<"script"> = {
  kind: "script",
  language: "TypeScript",
  // The runtime of scripts names the entries of folders.
  entries: {},
  mayRecognise: ({ manifest }) => /\.[cm]?[jt]sx?$/.test(manifest.entry ?? ""),
};
