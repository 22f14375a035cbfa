import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileNotWritten } from "../../errors/factories/command.js";

/** Writes a file completely or not at all: the old content stays until the new one is on disk. */
export async function writeFileWhole(path: string, content: string | Uint8Array, mode = 0o666): Promise<void> {
  const draft = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, content, { flag: "wx", mode });
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {});
    throw fileNotWritten(path, (cause as Error).message, cause);
  }
}
