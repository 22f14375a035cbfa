import { existsSync } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Makes a folder once, even if many processes ask for it at the same time: one builds, the others wait for it.
 *
 * @param folder the result; it is either complete or does not exist.
 * @param make fills the folder that it receives.
 * @returns the folder.
 */
export async function once(folder: string, make: (unfinished: string) => Promise<void>): Promise<string> {
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const lock = `${folder}.lock`;
  while (!(await claimed(lock))) {
    await pause(200);
    if (existsSync(folder)) return folder;
  }
  try {
    if (existsSync(folder)) return folder;
    const unfinished = `${folder}.${process.pid}`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished);
    await make(unfinished);
    await rename(unfinished, folder);
    return folder;
  } finally {
    await rm(lock, { force: true });
  }
}

/** Takes the lock unless a process that is still running holds it. */
async function claimed(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, "wx");
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
  }
  const holder = Number(await readFile(lock, "utf8").catch(() => "0"));
  // An empty lock is just being written.
  if (holder > 0 && !lives(holder)) await rm(lock, { force: true });
  return false;
}

function lives(process_: number): boolean {
  try {
    process.kill(process_, 0);
    return true;
  } catch {
    return false;
  }
}
