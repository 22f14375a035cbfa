/**
 * Texts of Go's package plugin and of its runtime, byte for byte. They are data: programs compare the errors of
 * `plugin.Open`, and Tenon predicts them exactly. Never reword them.
 *
 * Source: plugin/plugin_dlopen.go, plugin/plugin_stubs.go, runtime/plugin.go, runtime/signal_unix.go.
 */
export const goTexts = {
  /** Errors that `plugin.Open` returns. */
  notImplemented: "plugin: not implemented",
  openFailed: (name: string, text: string) => `plugin.Open("${name}"): ${text}`,
  realpathFailed: "realpath failed",
  previousFailure: (text: string) => `${text} (previous failure)`,
  alreadyLoaded: "plugin already loaded",
  differentVersion: (name: string) => `plugin was built with a different version of package ${name}`,
  symbolNotFound: (name: string, loaderText: string) => `could not find symbol ${name}: ${loaderText}`,

  /** Texts that the process prints when it crashes. */
  noModuleData: "fatal error: runtime: no plugin module data",
  emptyPluginPath: "fatal error: runtime: plugin has empty pluginpath",
  trap: "SIGTRAP: trace trap",
  busError: "SIGBUS: bus error",
  nilDereference: "panic: runtime error: invalid memory address or nil pointer dereference",
  unexpectedFault: "unexpected fault address",
  unexpectedFaultAtZero: "unexpected fault address 0x0",
} as const;
