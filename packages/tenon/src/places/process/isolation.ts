import type { Isolation } from "../../runtime/index.js";
import { Reaper } from "./reaper.js";

const remarks = [
  "The plugin can read and write every file, and open every connection, that the host's user can.",
  "The memory limit bounds the JavaScript heap; buffers outside of it are not counted.",
  ...(process.platform === "win32"
    ? ["On Windows a program that the plugin has started may outlive it: there are no process groups."]
    : ["A program that the plugin starts in a session of its own (setsid) is out of reach and may outlive it."]),
  ...(Reaper.available
    ? []
    : ["This system has no /bin/sh: when the host is killed while the plugin loops, the plugin is not ended."]),
];

/**
 * What a process of its own gives: its crashes, its memory and its environment are kept apart from the host's, and it
 * can be ended at any time. It is no sandbox.
 *
 * @param memory the limit in bytes, 0 for none.
 */
export function processIsolation(memory: number): Isolation {
  return Object.freeze({
    level: "contained",
    memory: memory > 0,
    crash: true,
    interruptible: true,
    filesystem: false,
    network: false,
    environment: true,
    remarks,
  });
}
