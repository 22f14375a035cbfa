import { spawn } from "node:child_process";

/** A plugin that leaves behind what it can: a daemon in its own session. */
export function activate(): void {
  spawn("/bin/sh", ["-c", "trap '' HUP TERM; (sleep 1000; sleep 1000) &"], { detached: true, stdio: "ignore" }).unref();
}

export function greet(name: string): string {
  return `Hello, ${name}!`;
}
