import type { Isolation } from "../../runtime/index.js";

/** The inline place isolates nothing. A runtime can isolate more: WebAssembly is memory-safe in every place. */
export const inlineIsolation: Isolation = Object.freeze({
  level: "none",
  memory: false,
  crash: false,
  interruptible: false,
  filesystem: false,
  network: false,
  environment: false,
  processes: false,
  by: [],
  remarks: Object.freeze([
    "The plugin runs in the host's own thread: it can read and change everything that the host can.",
    "An infinite loop in the plugin blocks the host; deadlines and limits take effect only after the plugin returns.",
    "An exception in a callback of a socket, a file or an event emitter ends the host.",
  ]),
});
