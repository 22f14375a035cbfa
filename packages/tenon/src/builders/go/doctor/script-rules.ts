import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type GoScriptProblem, goScriptCommand } from "../../../errors/factories/go-doctor.js";
import type { Finding } from "../../../errors/finding.js";
import { textOfFile } from "../../../runtime/regular-file.js";

const largestScript = 1024 * 1024;
const scriptName =
  /^(?:GNUm|m|M)akefile$|\.(?:mk|sh|bash|ya?ml)$|^(?:Docker|Container)file|\.[Dd]ockerfile$|^[Jj]ustfile$|^magefile\.go$/;

/** Finds problems in the build scripts of the module and of the plugin's folder. @param folders without duplicates. */
export async function scriptFindings(folders: readonly string[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const folder of folders) {
    for (const part of [".", "scripts", "build", ".github/workflows", "ci"]) {
      const names = await readdir(join(folder, part)).catch((): string[] => []);
      for (const name of names.sort()) {
        const path = join(folder, part, name);
        if (!scriptName.test(name)) continue;
        findings.push(...readScript(path, (await textOfFile(path, largestScript)) ?? ""));
      }
    }
  }
  return findings;
}

/** Finds problems in the commands of a script that build a plugin. */
export function readScript(path: string, text: string): Finding[] {
  const findings: Finding[] = [];
  const isTrimmed = /GOFLAGS\s*[:?]?=.*-trimpath/.test(text);
  for (const { line, command } of commandsIn(text)) {
    if (!/\bgo\s+build\b/.test(command) || !/-buildmode[= ]plugin/.test(command)) continue;
    const where = `${path}:${line}`;
    const add = (problem: GoScriptProblem) => findings.push(goScriptCommand(where, problem));
    // A variable may hold the flag.
    if (!isTrimmed && !/-trimpath\b/.test(command) && !/\$[({]?\w*FLAGS/i.test(command)) add("trimpath");
    if (/-pluginpath\b/.test(command)) add("pluginpath");
    if (/\s(?![-\w]*=)[^\s='"]*\.go(?=\s|$|[;&|)"'])/.test(command)) add("files");
    if (/\bCGO_ENABLED=["']?0/.test(command)) add("cgo");
    if (/\bGOOS=["']?windows/.test(command)) add("windows");
  }
  return findings;
}

/** Yields the lines joined with their continuations, without comments. */
function* commandsIn(text: string): Generator<{ line: number; command: string }> {
  let begun = 0;
  let command = "";
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (command === "") begun = index + 1;
    if (/^\s*#/.test(line)) continue;
    command += line.replace(/\\$/, " ");
    if (line.endsWith("\\")) continue;
    yield { line: begun, command };
    command = "";
  }
  if (command !== "") yield { line: begun, command };
}
