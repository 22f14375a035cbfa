import type { Isolation } from "../../runtime/index.js";

const remarks = [
  "The plugin runs in a thread of the host's process: it can read and write every file, and open every connection, that the host can.",
  "An exception or process.exit ends only the thread; native code that crashes, or process.abort, ends the host.",
];
// Seen on Node 24 and 26: loops around built-in functions that allocate, such as `for (;;) list = new Array(1000).fill(0)`.
const engineRemark =
  "Some loops that V8 has optimised cannot be interrupted: their thread goes on until the host ends. The process place ends every loop.";
const memoryRemark =
  "The memory limit bounds the JavaScript heap, not buffers. It is the engine's best effort: a plugin that fills its heap in such a loop can end the host.";
const environmentRemark =
  "process.env holds only what is granted; the host's own environment is still readable through the process's files.";
const sharedRemarks = [
  "Plugins of a pool share threads: one that loops delays the others of its thread, and when one ends the thread, by a crash, its memory or its deadline, all of them end.",
  "What plugins of one thread print, and their memory limit, cannot be told apart.",
];

/**
 * What a thread gives: crashes and loops end the thread alone. It is no sandbox.
 *
 * @param memory the limit in bytes, 0 for none.
 * @param shared whether other plugins live in the same thread.
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
    remarks: Object.freeze([
      ...remarks,
      engineRemark,
      environmentRemark,
      ...(memory > 0 ? [memoryRemark] : []),
      ...(shared ? sharedRemarks : []),
    ]),
  });
}
