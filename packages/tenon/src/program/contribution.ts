import type { Contribution } from "../contributions/index.js";

/** Program files of any kind: what they are and how they were built. */
export const programContribution: Contribution = {
  name: "program",
  files: { described: [""] },
  inspect: {
    what: "a program file of any kind",
    help: `Program files are ELF, Mach-O, PE and WebAssembly files; their names do not
matter. For programs built by Go, shows the release, modules and build settings;
for Go plugins also the exports with their types.`,
    takes: async (path) => (await import("./show-program.js")).isProgramFile(path),
    show: async (path, context) => (await import("./show-program.js")).showProgramFile(path, context),
  },
};
