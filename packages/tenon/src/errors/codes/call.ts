/** Codes of single calls. A call that fails with one of these had no other effect on the plugin. */
export const callCodes = {
  TENON_CALL_RESULT: {
    title: "The function returned its error case",
    cause: "The contract declares a `result` for this function, and the function returned the error case of it.",
    fix: "Handle the error case: read `payload`. The call itself worked.",
  },
  TENON_CALL_THREW: {
    title: "The function threw",
    cause: "The plugin, or a host function that it called, threw an exception that the contract does not declare.",
    fix: "Fix the function that threw. `pluginStack`, where present, shows the line in the plugin's own files.",
  },
  TENON_CALL_DEADLINE: {
    title: "The call took longer than its deadline",
    cause: "The function is slow, waits for something that never happens, or runs an infinite loop.",
    fix: "Raise the deadline, or make the function faster.",
  },
  TENON_CALL_ABORTED: {
    title: "The call was cancelled",
    cause: "The caller's AbortSignal was aborted.",
    fix: "No action needed: the caller asked for it.",
  },
  TENON_METADATA_INVALID: {
    title: "The metadata of a call cannot be carried",
    cause:
      "It has a key or a value that is not allowed, too many entries, or too many bytes. What a call inherits counts.",
    fix: "Use at most 32 entries and 8 KiB of strings without control characters; keys consist of a-z, 0-9, _, . and -. Pass anything larger as a parameter.",
  },
  TENON_CALL_TOO_LARGE: {
    title: "A value is larger than the limit",
    cause: "The parameters or the result exceed the plugin's size limit.",
    fix: "Raise limits.bytes, or pass the data as a stream.",
  },
  TENON_CALL_QUEUE_FULL: {
    title: "Too many calls are waiting",
    cause: "The plugin runs as many calls as its concurrency limit allows, and its queue is full.",
    fix: "Await earlier calls before making more, or raise limits.queue.",
  },
  TENON_CALL_BUFFER_FULL: {
    title: "Too much is waiting to be read",
    cause: "The plugin does not take the results of its calls, and more of them are waiting than the limit allows.",
    fix: "In the plugin, await earlier calls before making more. Or raise limits.buffer.",
  },
  TENON_SYNC_UNAVAILABLE: {
    title: "The function cannot be called synchronously",
    cause: "The place does not support synchronous calls, or the function returned a promise.",
    fix: "Call it through plugin.exports, or open the plugin inline or in a worker.",
  },
  TENON_SYMBOL_MISSING: {
    title: "The plugin has no such symbol",
    cause: "The name is not in the contract, or the plugin does not implement this optional function.",
    fix: "Use one of the names that plugin.symbols() returns.",
  },
  TENON_IMPORT_THREW: {
    title: "A host function threw",
    cause: "The host's implementation of an import threw an exception.",
    fix: "Fix the host function. `cause` is the exception.",
  },
  TENON_INTERCEPTOR_THREW: {
    title: "An interceptor threw",
    cause: "A function that the host added with host.intercept threw an exception, which failed the call.",
    fix: "Fix the interceptor. `cause` is the exception.",
  },
  TENON_INTERCEPTOR_NEXT: {
    title: "An interceptor called next() at the wrong time",
    cause:
      "It called next() more than once, or after the call had ended: after it had answered itself, or past the deadline.",
    fix: "Call next() at most once, and before the interceptor returns. To call the plugin again, make another call.",
  },
  TENON_IMPORT_MISSING: {
    title: "The host does not provide a function that the contract imports",
    cause: "The option `imports` does not have it.",
    fix: "Pass the function in `imports` when you open the plugin.",
  },
  TENON_RESOURCE_GONE: {
    title: "A resource was used after it was released",
    cause:
      "It was disposed, moved to the other side, or borrowed for a call that has returned, or its plugin was closed.",
    fix: "Keep the resource until you no longer need it. After a swap or restart, get a new one from the plugin.",
  },
  TENON_RESOURCE_FOREIGN: {
    title: "A resource belongs to another plugin, or is of another type",
    cause: "A handle was passed to a plugin that did not create it, or where another resource is expected.",
    fix: "Pass a handle only to the plugin that it came from.",
  },
  TENON_STREAM_BROKEN: {
    title: "A stream ended early",
    cause: "The side that writes the stream failed or was closed.",
    fix: "Look at `cause`, then open the stream again.",
  },
} as const;
