/** Codes of single calls. A call that fails with one of these has had no other effect on the plugin. */
export const callCodes = {
  TENON_CALL_RESULT: {
    title: "The function returned its error case",
    cause: "The contract declares a result, and the other side answered with its error.",
    fix: "This is an answer, not a failure: read `payload`.",
  },
  TENON_CALL_THREW: {
    title: "The function threw",
    cause: "The plugin's code, or a host function, raised an exception that the contract does not declare.",
    fix: "See `pluginStack` for the place in the plugin's own code.",
  },
  TENON_CALL_DEADLINE: {
    title: "The call took longer than its deadline",
    cause: "The function is slow, waits for something that never comes, or loops.",
    fix: "Raise the deadline, or correct the plugin.",
  },
  TENON_CALL_ABORTED: {
    title: "The call was cancelled",
    cause: "The caller's AbortSignal was aborted.",
    fix: "Nothing has to be done.",
  },
  TENON_CALL_TOO_LARGE: {
    title: "A value is larger than the limit",
    cause: "The parameters or the result exceed the plugin's size limit.",
    fix: "Raise limits.bytes, or pass the data as a stream.",
  },
  TENON_CALL_QUEUE_FULL: {
    title: "Too many calls are waiting",
    cause: "The plugin's concurrency limit is reached and its queue is full.",
    fix: "Await earlier calls before making more, or raise limits.queue.",
  },
  TENON_SYNC_UNAVAILABLE: {
    title: "The function cannot be called synchronously",
    cause: "The place offers no synchronous calls, or the function answered with a promise.",
    fix: "Use plugin.exports, or open the plugin inline or in a worker.",
  },
  TENON_SYMBOL_MISSING: {
    title: "The plugin has no such symbol",
    cause: "The name is not in the contract, or the plugin left an optional function out.",
    fix: "Use one of the names of plugin.symbols().",
  },
  TENON_IMPORT_THREW: {
    title: "A host function threw",
    cause: "The host's implementation of an import raised an exception.",
    fix: "Correct the host function; `cause` holds the exception.",
  },
  TENON_IMPORT_MISSING: {
    title: "The host does not offer a function that the contract imports",
    cause: "The option `imports` lacks it.",
    fix: "Pass the function in `imports` when opening the plugin.",
  },
  TENON_RESOURCE_GONE: {
    title: "A resource is used after it was released",
    cause: "It was disposed, moved to the other side, borrowed for a call that has ended, or its plugin was closed.",
    fix: "Keep the resource alive while it is used; ask for a new one after a swap or restart.",
  },
  TENON_RESOURCE_FOREIGN: {
    title: "A resource belongs to another plugin or type",
    cause: "A handle was passed to a plugin that did not make it, or where another resource is expected.",
    fix: "Pass handles only to the plugin that they come from.",
  },
  TENON_STREAM_BROKEN: {
    title: "A stream ended early",
    cause: "The side that writes it failed or was closed.",
    fix: "See `cause`; open the stream again.",
  },
} as const;
