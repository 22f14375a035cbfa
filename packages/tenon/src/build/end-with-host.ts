import type { ChildProcess } from "node:child_process";
import { reaper } from "../launch/index.js";

const children = new Set<ChildProcess>();

/**
 * Ends a child, which leads a process group (`detached: true`), and the whole group when this process ends, however that
 * happens.
 */
export function endWithHost(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (children.size === 0) process.on("exit", endAll);
  children.add(child);
  reaper.add({ group: pid });
  child.once("exit", () => {
    reaper.remove({ group: pid });
    if (children.delete(child) && children.size === 0) process.off("exit", endAll);
  });
}

function endAll(): void {
  for (const child of children) child.kill("SIGKILL");
}
