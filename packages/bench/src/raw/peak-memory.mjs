import { readFileSync } from "node:fs";

/** The most memory that this process has used, in bytes. */
export function peakMemory() {
  try {
    // What the system counts for a process begins with its parent's on Linux; this begins with the program.
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
