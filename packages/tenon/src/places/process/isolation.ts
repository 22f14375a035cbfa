import type { Isolation } from "../../runtime/index.js";
import { canTellMemory } from "./occupied.js";
import { canReap } from "./shell.js";

const remarks = [
  "The plugin can read and write every file, and open every connection, that the host's user can.",
  canTellMemory
    ? "The memory limit counts the JavaScript heap; and what the process and the programs in its group occupy, of which 128 MiB more and room for compiled code are allowed. The host looks every 50 ms, unless it is blocked itself."
    : "On this system, the memory limit counts the JavaScript heap, not buffers outside of it.",
  ...(process.platform === "win32"
    ? ["Windows has no process groups: a program that the plugin starts can outlive it."]
    : ["A program that the plugin starts in its own session (setsid) can outlive it."]),
  ...(canReap
    ? []
    : ["This system has no /bin/sh: if the host is killed while the plugin loops, the plugin keeps running."]),
];

/**
 * What a separate process isolates: crashes, memory and environment. It can be killed at any time, and is not a sandbox.
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
