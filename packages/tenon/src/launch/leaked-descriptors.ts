import { closeSync, openSync, readdirSync } from "node:fs";
import { readNow } from "./processes.js";

/** Source: Linux, include/uapi/asm-generic/fcntl.h. */
const closeOnExec = 0o2000000;
const nothing = "/dev/null";

/**
 * Finds the descriptors that every program would inherit, beyond the first three: they were left open when the host was started. Node
 * closes its own, and marks a few of the others.
 */
export function leakedDescriptors(): readonly number[] {
  return listed("/proc/self/fdinfo").filter((descriptor) => {
    const flags = /^flags:\s*([0-7]+)/m.exec(readNow(`/proc/self/fdinfo/${descriptor}`))?.[1];
    return descriptor > 2 && flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
  });
}

/**
 * Calls `start` with what takes the place of inherited descriptors, for the options of a new process: its list of descriptors is
 * `own`, and then nothing where one would be inherited.
 */
export function withoutLeaks<R>(
  own: readonly ("pipe" | "ignore")[],
  start: (descriptors: ("pipe" | "ignore" | number)[]) => R,
): R {
  const leaked = leakedDescriptors().filter((descriptor) => descriptor >= own.length);
  if (leaked.length === 0) return start([...own]);
  const empty = openSync(nothing, "r+");
  try {
    const last = Math.max(...leaked);
    return start(Array.from({ length: last + 1 }, (_, at) => own[at] ?? (leaked.includes(at) ? empty : "ignore")));
  } finally {
    closeSync(empty);
  }
}

function listed(folder: string): readonly number[] {
  try {
    return readdirSync(folder).map(Number);
  } catch {
    return [];
  }
}
