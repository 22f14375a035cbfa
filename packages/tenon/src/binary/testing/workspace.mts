import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder: string | undefined;

/** A temporary folder of this process, which goes when the process does. */
export function workspace(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), "tenon-binary-"));
    folder = made;
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
  }
  return folder;
}
