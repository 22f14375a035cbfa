import { canReap, canTellMemory, canTellProcesses } from "../../launch/abilities.js";
import type { Isolation, SandboxOptions } from "../../runtime/index.js";

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

const sandboxRemarks = [
  "The sandbox is Linux's own: a fault in the kernel can open it. Plugins share the processor's caches, so that they may learn of each other by timing.",
  "What is in the plugin's own files and in granted folders is reached as granted, which includes sockets there.",
  "The plugin may use the processor as much as it likes, unless limits say otherwise; and memory for /tmp and /dev/shm, up to limits.memory each, or 256 MiB.",
];
const proxyRemark =
  "Granted hosts are reached over TCP, by way of the host's proxy, which resolves their names: in Node's net, tls, http, https and fetch without more; other programs must use the proxy that HTTP_PROXY, HTTPS_PROXY and ALL_PROXY name (SOCKS 5 there). Inside a granted connection, the proxy checks nothing: a server that passes connections on reaches more.";
const networkRemark =
  'The grant "*" shares the host\'s network: the plugin opens every connection that the host can, to the host itself as well.';

/**
 * What a separate process isolates: crashes, memory and environment. It can be killed at any time, and is not a sandbox, unless it
 * was started in one.
 *
 * @param memory the limit in bytes, 0 for none.
 */
export function processIsolation(memory: number, sandbox?: SandboxOptions): Isolation {
  return isolation(memory > 0, heapRemark, sandbox);
}

/** What the process of a program isolates that is not Tenon's. @param memory the limit in bytes, 0 for none. */
export function programIsolation(memory: number, sandbox?: SandboxOptions): Isolation {
  return isolation(memory > 0 && canTellMemory, canTellMemory ? groupRemark : noLimitRemark, sandbox);
}

function isolation(memory: boolean, memoryRemark: string, sandbox: SandboxOptions | undefined): Isolation {
  if (sandbox !== undefined) {
    return Object.freeze({
      level: "sandboxed",
      memory,
      crash: true,
      interruptible: true,
      filesystem: true,
      network: !sandbox.network,
      environment: true,
      processes: true,
      by: [
        ...(["process", "bubblewrap", "seccomp"] as const),
        ...(sandbox.hosts === undefined ? [] : (["proxy"] as const)),
      ],
      remarks: [
        ...sandboxRemarks,
        ...(sandbox.network ? [networkRemark] : []),
        ...(sandbox.hosts === undefined ? [] : [proxyRemark]),
        memoryRemark,
      ],
    });
  }
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
    remarks: [reach, memoryRemark, ...endings],
  });
}
