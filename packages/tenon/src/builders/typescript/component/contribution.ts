import type { Contribution } from "../../../contributions/index.js";

/** TypeScript and JavaScript that are compiled to a component, although they run as they are. */
export const componentContribution: Contribution = {
  name: "component",
  build: {
    language: "TypeScript",
    to: { what: "a WebAssembly file", extension: ".wasm" },
    toolchain: [
      "the package @bytecodealliance/componentize-js; only to build a",
      "component, since TypeScript and JavaScript plugins run as they are",
    ],
    runs: "componentize-js runs the source's top-level code in a sandbox.",
    runsAsItIs: /\.[cm]?[jt]sx?$/,
  },
};
