import { goHostMissing, programNotPlugin } from "../../errors/factories/command.js";
import { isTenonError } from "../../errors/index.js";
import type { Report } from "../../host/index.js";
import type { Inspection, ProgramKind } from "../../program/index.js";

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

/** Returns whether a file is a Go program that calls plugin.Open. */
export async function isGoHost(path: string): Promise<boolean> {
  const about = await inspectionOf(path);
  return about?.kind === "go-program" && about.go?.usesPlugins === true;
}

/** Replaces a report that a program file is not recognised by one that says what the file is. */
export async function explainProgram(report: Report): Promise<Report> {
  const path = report.artifact;
  if (!report.findings.some(({ code }) => code === "TENON_ARTIFACT_UNKNOWN")) return report;
  const about = await inspectionOf(path);
  if (about === undefined) return report;
  if (about.kind === "go-plugin") {
    return { ...report, description: "Go plugin", verdict: "unknown", findings: [goHostMissing(path)] };
  }
  const { what, advice } = explanations[about.kind];
  return { ...report, verdict: "breaks", findings: [programNotPlugin(path, what, advice)] };
}

/** Returns what a program says of itself; `undefined` for other files, and for a program that cannot be read. */
async function inspectionOf(path: string): Promise<Inspection | undefined> {
  if (!(await isProgram(path))) return undefined;
  const { inspectProgram } = await import("../../program/index.js");
  try {
    return await inspectProgram(path);
  } catch (thrown) {
    if (isTenonError(thrown)) return undefined;
    throw thrown;
  }
}

const otherFile = "Check the plugin's own file or folder instead.";
const source = "To use its code as a plugin, compile its source to WebAssembly: tenon build DIR";
const explanations: Readonly<Record<Exclude<ProgramKind, "go-plugin">, { what: string; advice: string }>> = {
  "go-program": { what: "a Go program", advice: otherFile },
  "go-c-shared": {
    what: "a shared library that Go built for C programs",
    advice: "Build its source as a Go plugin: tenon go build --for HOST DIR -o PLUGIN.so.",
  },
  program: { what: "a program", advice: otherFile },
  "shared-library": { what: "a shared library", advice: `${source}.` },
  object: { what: "an object file", advice: `${source}.` },
  "core-dump": { what: "the memory of a crashed process", advice: otherFile },
  "wasm-module": { what: "a WebAssembly module", advice: otherFile },
  "wasm-component": { what: "a WebAssembly component", advice: otherFile },
};
