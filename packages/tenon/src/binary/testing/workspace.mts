import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder: string | undefined;

/** A temporary folder that is deleted when this process exits. */
export function workspace(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), "tenon-binary-"));
    folder = made;
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
  }
  return folder;
}
