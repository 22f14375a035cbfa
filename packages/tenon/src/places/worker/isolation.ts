import type { Isolation } from "../../runtime/index.js";

const remarks = [
  "The plugin runs in a thread of the host's process: it can read and write every file, and open every connection, that the host can.",
  "An exception or process.exit ends only the thread.",
  "These end the host: process.kill of its own process or group, with almost any signal; closing file descriptors that the plugin did not open (those of Node abort the process, 1 and 2 silence the host); a crash in native code.",
  "The programs that the plugin starts end with its thread, except those with detached: true.",
];
// Seen on Node 24 and 26: loops around built-in functions that allocate, such as `for (;;) list = new Array(1000).fill(0)`.
const engineRemark =
  "V8 cannot interrupt some loops that it has optimised: the thread keeps running until the host exits. The process place can stop every loop.";
const memoryRemark =
  "The memory limit counts the JavaScript heap; and the heap with all buffers, of which 64 MiB more are allowed, but not memory of native code or of processes that the plugin starts. The host looks every 50 ms, unless it is blocked itself. A plugin that does not return cannot be asked: what the host's process grows by meanwhile counts, unless another plugin with a limit does not return either. V8 enforces the limit of the heap on a best-effort basis: a plugin that reaches it with a single value of more than 16 MiB, or in a loop that V8 cannot interrupt, can end the host.";
const environmentRemark =
  "process.env contains only what is granted, but the plugin can still read the host's environment through the files of the process, such as /proc/self/environ.";
const sharedRemarks = [
  "Plugins of a pool share threads: a plugin that loops delays the others in its thread, and if one ends the thread, by a crash, its memory limit or a deadline, all of them end and are restarted. Calls that were sent to the others by then are rejected (TENON_PLUGIN_CRASHED), because they may have run; calls made once a deadline has passed wait for the restart. An end by another's deadline (TENON_PLACE_NEIGHBOUR) does not count as a crash of theirs, and opening starts again in another thread.",
  "Plugins in the same thread share their output and the limit of the heap; of heap and buffers together, the thread may have the limit once for each plugin.",
];

/**
 * What a thread isolates: a crash or a loop ends only the thread. It is not a sandbox.
 *
 * @param memory the limit in bytes, 0 for none.
 * @param shared whether other plugins run in the same thread.
 */
export function workerIsolation(memory: number, shared: boolean): Isolation {
  return Object.freeze({
    level: "contained",
    memory: memory > 0,
    crash: true,
    interruptible: true,
    filesystem: false,
    network: false,
    environment: false,
    processes: false,
    by: ["thread"] as const,
    remarks: Object.freeze([
      ...remarks,
      engineRemark,
      environmentRemark,
      ...(memory > 0 ? [memoryRemark] : []),
      ...(shared ? sharedRemarks : []),
    ]),
  });
}
