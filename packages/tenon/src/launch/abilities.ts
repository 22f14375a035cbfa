import { existsSync } from "node:fs";
import type { ResourceLimits } from "../runtime/index.js";
import { lastId, occupiedBy, readEntry } from "./processes.js";

/** The POSIX shell that watches over plugins' processes. */
export const shell = "/bin/sh";

/** Whether this system has what the reaper needs: process groups and a POSIX shell. */
export const canReap: boolean = process.platform !== "win32" && existsSync(shell);

/** Whether this system tells how much a process occupies. */
export const canTellMemory: boolean = process.platform === "linux" && occupiedBy(process.pid) > 0;

/** Whether this system tells which processes there are, and what they use. */
export const canTellProcesses: boolean =
  process.platform === "linux" && lastId() > 0 && readEntry(process.pid) !== undefined;

/** The limits of resources that are enforced for programs on this system. */
export const enforcedLimits: readonly (keyof ResourceLimits)[] = [
  ...(canTellProcesses && canReap ? (["processes", "cpu"] as const) : []),
  ...(canReap ? (["files"] as const) : []),
];
