import { goHostMissing } from "../../errors/factories/command.js";
import { type Finding, isTenonError } from "../../errors/index.js";
import { readFileFacts, readProgramHead } from "../../program/index.js";

/** Formats of programs that can be a Go host. */
const hostFormats: ReadonlySet<string> = new Set(["elf", "core-dump", "mach-o", "mach-o-fat", "pe"]);

/** Returns whether a file is a program or library (ELF, Mach-O, PE), judging by its first bytes. */
export async function isProgram(path: string): Promise<boolean> {
  try {
    return hostFormats.has((await readProgramHead(path)).recognised.format);
  } catch (thrown) {
    // The check itself reports what is wrong with the file.
    if (isTenonError(thrown)) return false;
    throw thrown;
  }
}

/** Says what is needed to check a Go plugin; `undefined` for any other file. */
export async function explainGoPlugin(
  path: string,
): Promise<{ readonly description: string; readonly findings: readonly Finding[] } | undefined> {
  if (!(await isProgram(path))) return undefined;
  const { bytes } = await readProgramHead(path);
  if ((await readFileFacts(path, bytes)).kind !== "go-plugin") return undefined;
  return { description: "Go plugin", findings: [goHostMissing(path)] };
}
