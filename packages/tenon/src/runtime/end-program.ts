import { readdirSync, readFileSync } from "node:fs";

/** Whether a program was started to outlive its parent: it leads a process group of its own (`detached: true`). */
export function isDetached(id: number): boolean {
  if (process.platform === "win32") return false;
  try {
    process.kill(-id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Kills a program and, on Linux, the programs that it started in turn. Does nothing if it has ended. Only for a child of
 * this process that nobody has waited for: until then, its id belongs to no other process.
 */
export function endProgram(id: number): void {
  if (!Number.isInteger(id) || id <= 1 || id === process.pid) return;
  for (const started of [id, ...descendants(id)]) {
    try {
      process.kill(started, "SIGKILL");
    } catch {
      // ESRCH: it has ended by itself.
    }
  }
}

function descendants(id: number): readonly number[] {
  if (process.platform !== "linux") return [];
  try {
    const children = readdirSync(`/proc/${id}/task`).flatMap((task) =>
      readFileSync(`/proc/${id}/task/${task}/children`, "latin1").split(" ").filter(Boolean).map(Number),
    );
    return children.flatMap((child) => [child, ...descendants(child)]);
  } catch {
    // It has ended meanwhile, or the system does not list children.
    return [];
  }
}
