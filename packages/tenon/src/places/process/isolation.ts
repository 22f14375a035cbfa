import { canReap, canTellMemory, canTellProcesses } from "../../launch/abilities.js";
import type { Isolation } from "../../runtime/index.js";

const reach = "The plugin can read and write every file, and open every connection, that the host's user can.";
const heapRemark = canTellMemory
  ? "The memory limit counts the JavaScript heap; and what the process and the programs in its group occupy, of which 128 MiB more and room for compiled code are allowed. The host looks every 50 ms, unless it is blocked itself."
  : "On this system, the memory limit counts the JavaScript heap, not buffers outside of it.";
const groupRemark =
  "The memory limit counts what the program and the programs in its group occupy. The host looks every 50 ms, unless it is blocked itself.";
const noLimitRemark = "On this system, the memory limit is not enforced for programs.";
const endings = [
  ...(process.platform === "win32"
    ? ["Windows has no process groups: a program that the plugin starts can outlive it."]
    : canTellProcesses
      ? [
          "Programs that the plugin starts are found and ended in sessions of their own, too, by a limit of theirs that they inherit. A hostile one that changes this limit (ulimit -m) and its session can outlive the plugin.",
        ]
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
  return isolation(memory > 0, [reach, heapRemark, ...endings]);
}

/** What the process of a program isolates that is not Tenon's. @param memory the limit in bytes, 0 for none. */
export function programIsolation(memory: number): Isolation {
  return isolation(memory > 0 && canTellMemory, [reach, canTellMemory ? groupRemark : noLimitRemark, ...endings]);
}

function isolation(memory: boolean, remarks: readonly string[]): Isolation {
  return Object.freeze({
    level: "contained",
    memory,
    crash: true,
    interruptible: true,
    filesystem: false,
    network: false,
    environment: true,
    processes: false,
    by: ["process"] as const,
    remarks,
  });
}
