import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reaper } from "../launch/index.js";

const folders = new Set<string>();

/**
 * Makes a temporary folder for a build and passes it on. It is removed when that has settled, and when this process ends,
 * however that happens.
 *
 * @param name the beginning of its name: `tenon-c-`.
 */
export async function inWorkFolder<Result>(name: string, use: (folder: string) => Promise<Result>): Promise<Result> {
  const { folder, remove } = await makeWorkFolder(name);
  try {
    return await use(folder);
  } finally {
    await remove();
  }
}

/** A temporary folder. */
export interface WorkFolder {
  /** Its absolute path. */
  readonly folder: string;
  remove(): Promise<void>;
}

/** Makes a temporary folder that its maker removes. It is also removed when this process ends, however that happens. */
export async function makeWorkFolder(name: string): Promise<WorkFolder> {
  const folder = await mkdtemp(join(tmpdir(), name));
  if (folders.size === 0) process.on("exit", removeAll);
  folders.add(folder);
  watch(folder);
  return {
    folder,
    async remove() {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
      folders.delete(folder);
      if (folders.size === 0) process.off("exit", removeAll);
      reaper.remove({ folder });
    },
  };
}

function watch(folder: string): void {
  try {
    reaper.add({ folder });
  } catch {
    // A folder that is left behind is no reason to refuse a build.
  }
}

/** The environment of a command whose temporary files are to be in a folder that is removed. */
export function temporaryIn(folder: string): Readonly<Record<string, string>> {
  return process.platform === "win32" ? { TEMP: folder, TMP: folder } : { TMPDIR: folder };
}

function removeAll(): void {
  for (const folder of folders) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // A process that is about to be killed still writes to it: the reaper removes it.
    }
  }
}
