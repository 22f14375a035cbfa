import type { Isolation } from "../../runtime/index.js";

/** What the inline place gives by itself: nothing. A runtime may give more (wasm is memory-safe in every place). */
export const inlineIsolation: Isolation = Object.freeze({
  level: "none",
  memory: false,
  crash: false,
  interruptible: false,
  filesystem: false,
  network: false,
  environment: false,
  remarks: Object.freeze([
    "The plugin runs in the host's own thread: it can read and change everything that the host can.",
    "A loop in the plugin stops the host; deadlines and limits can only be noticed after it returns.",
    "An exception in the plugin's timers or a call of process.exit can end the host.",
  ]),
});
