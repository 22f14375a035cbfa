import type { Format } from "../binary/index.js";
import type { CommandContext } from "../contributions/index.js";
import { isTenonError } from "../errors/index.js";
import { absolutePath } from "../runtime/open-file.js";
import { digestOfFile } from "../runtime/pin-program.js";
import { inspectProgram, readProgramHead } from "./index.js";
import { programLines } from "./program-text.js";

/** Formats that no runtime reads, and that a user would call a program. */
const programs: ReadonlySet<Format> = new Set<Format>([
  "elf",
  "core-dump",
  "mach-o",
  "mach-o-fat",
  "pe",
  "dos",
  "wasm-module",
  "wasm-component",
  "coff-object",
  "go-object",
  "go-archive",
  "llvm-bitcode",
  "java-class",
  "archive",
]);

/** Returns whether a path leads to a program file, judging by its content. False if the file cannot be read. */
export async function isProgramFile(given: string): Promise<boolean> {
  // A plugin, packed.
  if (/\.(?:tgz|tar\.gz|zip)(?:#.*)?$/i.test(given)) return false;
  try {
    return programs.has((await readProgramHead(given)).recognised.format);
  } catch (thrown) {
    if (isTenonError(thrown)) return false;
    throw thrown;
  }
}

/** `tenon inspect` for a program file. Runs none of its code. */
export async function showProgramFile(given: string, { output, progress }: CommandContext): Promise<void> {
  const about = await progress(`reading ${given}`, () => inspectProgram(given));
  // A file that is too large to run has none.
  const digest = await digestOfFile(absolutePath(given)).catch(() => undefined);
  if (output.json) output.document({ ...about, digest });
  else for (const line of programLines({ ...about, digest }, output.colours)) output.line(line);
}
