/** Codes about building WebAssembly plugins from source in Go, C and other languages. */
export const moduleBuildCodes = {
  TENON_SOURCE_INVALID: {
    title: "The source of a plugin does not compile",
    cause: "The compiler found the errors that the message lists by file, line and column.",
    fix: "Mend the source.",
  },
  TENON_TOOLCHAIN_MISSING: {
    title: "There is no compiler for the plugin's source",
    cause: "The language's compiler is neither installed nor brought by an optional package.",
    fix: "Install what the message names, or open a plugin that is built already.",
  },
  TENON_TOOLCHAIN_FAILED: {
    title: "A compiler failed without naming an error of the source",
    cause: "The compiler crashed, was interrupted, or lacks a part of its own installation.",
    fix: "Run the command that the message shows and look at what it prints.",
  },
  TENON_SOURCE_CONTRACT: {
    title: "The source of a plugin says not which contract it implements",
    cause: "No .wit file stands beside the source, and its manifest names none.",
    fix: "Put the contract beside the source: `tenon contract CONTRACT --to wit > plugin.wit`.",
  },
  TENON_SOURCE_UNBUILT: {
    title: "The source of a plugin was checked without being built",
    cause: "Building it runs code of its own, such as build scripts and macros, and a check runs nothing of a plugin.",
    fix: "Nothing has to be done. `tenon build` tells whether it compiles; build only what you trust.",
  },
} as const;
