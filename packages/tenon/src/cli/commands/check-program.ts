import { goHostMissing } from "../../errors/factories/command.js";
import { isTenonError } from "../../errors/index.js";
import type { Report } from "../../host/index.js";

/** Formats of programs that can be a Go host. */
const hostFormats: ReadonlySet<string> = new Set(["elf", "core-dump", "mach-o", "mach-o-fat", "pe"]);

/** Returns whether a file is a program or library (ELF, Mach-O, PE), judging by its first bytes. */
export async function isProgram(path: string): Promise<boolean> {
  try {
    const { readProgramHead } = await import("../../program/index.js");
    return hostFormats.has((await readProgramHead(path)).recognised.format);
  } catch (thrown) {
    // The check itself reports what is wrong with the file.
    if (isTenonError(thrown)) return false;
    throw thrown;
  }
}

/** Replaces a report that a Go plugin is not recognised by one that says what is needed to check it. */
export async function explainGoPlugin(report: Report): Promise<Report> {
  const path = report.artifact;
  if (!report.findings.some(({ code }) => code === "TENON_ARTIFACT_UNKNOWN") || !(await isProgram(path))) return report;
  const { readFileFacts, readProgramHead } = await import("../../program/index.js");
  const { bytes } = await readProgramHead(path);
  if ((await readFileFacts(path, bytes)).kind !== "go-plugin") return report;
  return { ...report, description: "Go plugin", verdict: "unknown", findings: [goHostMissing(path)] };
}
