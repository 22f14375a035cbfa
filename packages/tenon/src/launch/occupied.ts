import { readFileSync } from "node:fs";

/** Returns how many bytes a process occupies, 0 if it has ended. */
export function occupiedBy(id: number): number {
  const status = readNow(`/proc/${id}/status`);
  let kibibytes = 0;
  for (const name of ["RssAnon", "RssShmem", "VmSwap"]) {
    const at = status.indexOf(`\n${name}:`);
    if (at >= 0) kibibytes += Number.parseInt(status.slice(at + name.length + 2, at + name.length + 24), 10) || 0;
  }
  return kibibytes * 1024;
}

/** Whether this system tells how much a process occupies. */
export const canTellMemory: boolean = process.platform === "linux" && occupiedBy(process.pid) > 0;

/** Reads a file of /proc; empty if its process has ended. */
export function readNow(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
