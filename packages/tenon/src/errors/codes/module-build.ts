/** Codes about building WebAssembly plugins from source in Go, C and other languages. */
export const moduleBuildCodes = {
  TENON_SOURCE_INVALID: {
    title: "The plugin's source does not compile",
    cause: "The compiler reported the errors that the message lists, each with its file, line and column.",
    fix: "Fix the errors listed above.",
  },
  TENON_CACHE_UNSAFE: {
    title: "The cache folder is not private",
    cause: "Another user owns the folder or may write to it, and what a cache contains is executed.",
    fix: "Choose a folder that does not exist yet: Tenon makes it for its user alone.",
  },
  TENON_CACHE_CHANGED: {
    title: "A file in the cache is not what Tenon wrote",
    cause: "The file is damaged, or another program changed it. It would be executed, so it is not used.",
    fix: "Delete the file that the message names: Tenon writes it again.",
  },
  TENON_TOOLCHAIN_MISSING: {
    title: "The compiler for the plugin's source is missing or incomplete",
    cause: "The language's compiler is not installed, or a library that it needs to make WebAssembly is not.",
    fix: "Install what the message names, or open a plugin that is already built.",
  },
  TENON_TOOLCHAIN_FAILED: {
    title: "The compiler failed without reporting an error in the source",
    cause: "The compiler crashed, was interrupted, or a part of its installation is missing.",
    fix: "Run the command that the message shows and read its output.",
  },
  TENON_SOURCE_CONTRACT: {
    title: "The plugin's source does not say which contract it implements",
    cause: "There is no .wit file next to the source, and its manifest names none.",
    fix: "Put the contract next to the source: `tenon contract convert CONTRACT --to wit > plugin.wit`.",
  },
  TENON_SOURCE_UNBUILT: {
    title: "The plugin's source was checked without being built",
    cause: "Building it runs its own code, such as build scripts and macros, and a check runs no plugin code.",
    fix: "Nothing to do. `tenon build` shows whether it compiles; build only code that you trust.",
  },
} as const;
