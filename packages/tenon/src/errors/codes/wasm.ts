/** Codes about running WebAssembly: linking, the canonical ABI, traps and limits. */
export const wasmCodes = {
  TENON_WASM_INVALID: {
    title: "The engine refuses a WebAssembly module",
    cause: "Its code does not validate, or it uses a proposal that this version of Node does not have.",
    fix: "Build it again without the proposal that the message names, or use a newer Node.",
  },
  TENON_WASM_IMPORT_UNKNOWN: {
    title: "A WebAssembly plugin imports what nobody offers",
    cause: "It was built for another host, or for an interface that this host's contract does not have.",
    fix: "Offer the function in the host's contract, or build the plugin without it.",
  },
  TENON_WASM_EXPORT_MISSING: {
    title: "A WebAssembly plugin lacks an export that it needs to be called",
    cause:
      "A core module must export its memory, its realloc function and the functions of its contract by their canonical names.",
    fix: "Export what the message names; the guest libraries and wit-bindgen do so.",
  },
  TENON_WASM_EXPORT_TYPE: {
    title: "A WebAssembly plugin's export has another core type than its contract says",
    cause: "The plugin was built for another version of the contract, or the contract that it carries is wrong.",
    fix: "Build the plugin again from the contract that it carries.",
  },
  TENON_WASM_TRAP: {
    title: "A WebAssembly plugin trapped",
    cause:
      "Its code ran into something that has no meaning: unreachable code, an index out of bounds, a division by zero. An instance that trapped cannot be called again.",
    fix: "Look at the plugin's stack in the error, and mend the plugin.",
  },
  TENON_WASM_ABI: {
    title: "A WebAssembly plugin broke the canonical ABI",
    cause:
      "It gave a pointer outside its memory, text that is no UTF-8, a handle that it does not hold, or called out where that is forbidden.",
    fix: "Mend the plugin's bindings: build it again with a current guest library or wit-bindgen.",
  },
  TENON_WASM_STACK: {
    title: "A WebAssembly plugin used up the stack",
    cause: "A recursion in the plugin goes too deep, or never ends.",
    fix: "Bound the recursion in the plugin, or open it in a worker with a larger stack.",
  },
  TENON_WASM_LIMIT: {
    title: "A WebAssembly plugin asks for more memory or table than it is allowed",
    cause: "The least size that it declares is larger than the limit it was opened with.",
    fix: "Raise limits.memory or limits.table, or build the plugin with less.",
  },
  TENON_WASM_EXIT: {
    title: "A WebAssembly plugin ended itself",
    cause: "It called exit during a call.",
    fix: "Return an error instead of ending; a plugin that exits is gone.",
  },
  TENON_WASM_BUSY: {
    title: "A WebAssembly plugin was called while it could not be entered",
    cause:
      "A host function that the plugin called has called it back, or a call is waiting in it. A component instance is entered once at a time.",
    fix: "Call the plugin after it has answered, or open it twice.",
  },
  TENON_WASM_BLOCKED: {
    title: "A WebAssembly plugin waits for something that can never come",
    cause: "All of its tasks wait, and nothing that the host knows of could wake one.",
    fix: "Look for a deadlock in the plugin.",
  },
} as const;
