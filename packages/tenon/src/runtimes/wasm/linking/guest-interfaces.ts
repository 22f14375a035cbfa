import { contract, t } from "../../../contract/index.js";
import type { LogFields, LogLevel } from "../../../runtime/index.js";
import type { HostInterface, HostInterfaces } from "../../../wasi/index.js";

/**
 * What a WebAssembly plugin may use in addition to its contract: the WIT package `tenon:guest@0.1.0`. Its interfaces are not
 * part of the plugin's contract or the host's. See docs/webassembly.md.
 */
export const guestContract = contract("tenon:guest@0.1.0", {
  imports: {
    settings: t.interface({ get: t.func([], t.string) }, { docs: "The plugin's settings as JSON." }),
    log: t.interface({ write: t.func([["line", t.string]]) }, { docs: "The plugin's log." }),
    panic: t.interface(
      { report: t.func([["message", t.string]]) },
      { docs: "Failures that the contract does not declare: reports a message and a stack before the trap." },
    ),
  },
  exports: {
    state: t.interface(
      { save: t.func([], t.string), restore: t.func([["state", t.string]], t.result(undefined, t.string)) },
      { docs: "State as JSON, handed over when the plugin is swapped." },
    ),
    health: t.interface({ check: t.func([], t.result(undefined, t.string)) }, { docs: "Whether the plugin is well." }),
  },
});

/** Whether the runtime itself provides or calls an interface. */
export function isRuntimeInterface(name: string): boolean {
  return name.startsWith("wasi:") || name.startsWith("tenon:guest/");
}

/** The implementation of the interfaces that the guest imports. */
export interface GuestServices {
  readonly settings: unknown;
  log(line: string, level?: LogLevel, fields?: LogFields): void;
  panic(message: string): void;
}

/** Returns the interfaces that the guest imports, for one plugin. */
export function guestInterfaces({ settings, log, panic }: GuestServices): Pick<HostInterfaces, "get"> {
  const interfaces: Readonly<Record<string, HostInterface>> = {
    "tenon:guest/settings": { functions: { get: () => JSON.stringify(settings ?? null) }, resources: {} },
    "tenon:guest/log": { functions: { write: (line: string) => log(line) }, resources: {} },
    // Source: WebAssembly/wasi-logging, wit/logging.wit (0.1.0-draft).
    "wasi:logging/logging": {
      functions: {
        log: (level: string, context: string, message: string) =>
          log(message, level === "critical" ? "error" : (level as LogLevel), context === "" ? undefined : { context }),
      },
      resources: {},
    },
    "tenon:guest/panic": { functions: { report: (message: string) => panic(message) }, resources: {} },
  };
  return { get: (name) => interfaces[name.replace(/@.*$/, "")] };
}
