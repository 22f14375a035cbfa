import { existsSync } from "node:fs";

/** The POSIX shell that watches over plugins' processes. */
export const shell = "/bin/sh";

/** Whether this system has what the reaper needs: process groups and a POSIX shell. */
export const canReap: boolean = process.platform !== "win32" && existsSync(shell);
