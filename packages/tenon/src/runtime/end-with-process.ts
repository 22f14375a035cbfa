import type { ChildProcess } from "node:child_process";

const ends = new Map<ChildProcess, () => void>();

/**
 * Ends a child process when this process exits, which would leave it running otherwise.
 *
 * @param end is called if the child has not exited until then
 */
export function endWithProcess(child: ChildProcess, end: () => void): void {
  if (ends.size === 0) process.on("exit", endAll);
  ends.set(child, end);
  const forget = () => {
    if (ends.delete(child) && ends.size === 0) process.off("exit", endAll);
  };
  child.once("exit", forget).once("error", forget);
}

function endAll(): void {
  for (const end of ends.values()) end();
}
