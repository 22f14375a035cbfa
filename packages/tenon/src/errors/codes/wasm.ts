/** Codes about running WebAssembly: linking, the canonical ABI, traps and limits. */
export const wasmCodes = {
  TENON_WASM_INVALID: {
    title: "The engine rejects a WebAssembly module",
    cause: "The module is not valid WebAssembly, or it uses a proposal that this version of Node does not support.",
    fix: "Build the plugin again without the feature that the message names, or use a newer version of Node.",
  },
  TENON_WASM_IMPORT_UNKNOWN: {
    title: "A WebAssembly plugin imports something that the host does not provide",
    cause: "The plugin was built for another host, or for an interface that is not in this host's contract.",
    fix: "Add the import to the host's contract and provide it, or build the plugin without it.",
  },
  TENON_WASM_EXPORT_MISSING: {
    title: "A WebAssembly plugin does not export something that its contract needs",
    cause:
      "A core module must export its memory, cabi_realloc, and each function of its contract under its canonical name.",
    fix: "Export what the message names; wit-bindgen and Tenon's guest libraries do this for you.",
  },
  TENON_WASM_EXPORT_TYPE: {
    title: "An export of a WebAssembly plugin does not have the type that its contract says",
    cause: "The plugin was built from another version of the contract, or it carries the wrong contract.",
    fix: "Build the plugin again from the contract that it carries.",
  },
  TENON_WASM_TRAP: {
    title: "A WebAssembly plugin trapped",
    cause:
      "Its code did something that WebAssembly does not allow: it reached unreachable code, used an index out of bounds or divided by zero. An instance that trapped cannot be called again.",
    fix: "Fix the bug in the plugin; see `pluginStack` for where it happened. `tenon build --debug` makes a plugin in C or Rust whose stacks have files and lines.",
  },
  TENON_WASM_ABI: {
    title: "A WebAssembly plugin broke the rules of the canonical ABI",
    cause:
      "For example, it passed a pointer outside its memory, text that is not UTF-8, or a handle that it does not own. Usually its bindings are out of date.",
    fix: "Build the plugin again with a current version of wit-bindgen or of Tenon's guest library.",
  },
  TENON_WASM_STACK: {
    title: "A WebAssembly plugin overflowed the stack",
    cause: "It recurses too deeply, perhaps infinitely.",
    fix: "Limit the recursion in the plugin, or open it in a worker or process with a larger limits.stack.",
  },
  TENON_WASM_LIMIT: {
    title: "A WebAssembly plugin needs more memory or table entries than its limit allows",
    cause: "The plugin starts with more than limits.memory or limits.table, or the engine cannot allocate that much.",
    fix: "Raise limits.memory or limits.table, or build the plugin with a smaller initial memory.",
  },
  TENON_WASM_EXIT: {
    title: "A WebAssembly plugin called exit",
    cause: "It called exit in the middle of a call, which ends the plugin.",
    fix: "Return an error from the function instead of calling exit.",
  },
  TENON_WASM_BUSY: {
    title: "A WebAssembly plugin was called while another call is running in it",
    cause:
      "A host function that the plugin called has called the plugin back, or an earlier call is still waiting. An instance runs one call at a time.",
    fix: "Wait until the first call has returned, or open the plugin a second time.",
  },
  TENON_WASM_BLOCKED: {
    title: "A WebAssembly plugin waits for something that can never happen",
    cause: "All of its tasks wait, and there is no timer and no network activity that could wake one: a deadlock.",
    fix: "Fix the deadlock in the plugin, or grant the network access that it waits for.",
  },
} as const;
