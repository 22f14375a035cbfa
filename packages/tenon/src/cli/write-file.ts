import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { errors } from "../errors/index.js";

/** Writes a file as a whole or not at all: what was there stays until the new content is on disk. */
export async function writeFileWhole(path: string, content: string | Uint8Array): Promise<void> {
  const draft = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, content, { flag: "wx" });
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {});
    throw errors.TENON_FILE_WRITE({
      message: `${path} could not be written: ${(cause as Error).message}`,
      subject: path,
      cause,
    });
  }
}
