import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Finding, finding } from "../../../errors/index.js";

const largestScript = 1024 * 1024;
const scriptName =
  /^(?:GNUm|m|M)akefile$|\.(?:mk|sh|bash|ya?ml)$|^(?:Docker|Container)file|\.[Dd]ockerfile$|^[Jj]ustfile$|^magefile\.go$/;

/** What build scripts of the module and of the plugin's folder tell. @param folders Without duplicates. */
export async function scriptFindings(folders: readonly string[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const folder of folders) {
    for (const part of [".", "scripts", "build", ".github/workflows", "ci"]) {
      const names = await readdir(join(folder, part)).catch((): string[] => []);
      for (const name of names.sort()) {
        const path = join(folder, part, name);
        if (!scriptName.test(name) || ((await stat(path).catch(() => undefined))?.size ?? 0) > largestScript) continue;
        findings.push(...readScript(path, await readFile(path, "utf8").catch(() => "")));
      }
    }
  }
  return findings;
}

/** Looks at each command of a script that builds a plugin. */
export function readScript(path: string, text: string): Finding[] {
  const findings: Finding[] = [];
  const isTrimmed = /GOFLAGS\s*[:?]?=.*-trimpath/.test(text);
  for (const { line, command } of commandsIn(text)) {
    if (!/\bgo\s+build\b/.test(command) || !/-buildmode[= ]plugin/.test(command)) continue;
    const where = `${path}:${line}`;
    const add = (code: Parameters<typeof finding>[0], severity: Finding["severity"], message: string) =>
      findings.push(finding(code, { severity, subject: where, message: `${where}: ${message}` }));
    // A variable may hold the flag.
    if (!isTrimmed && !/-trimpath\b/.test(command) && !/\$[({]?\w*FLAGS/i.test(command))
      add("TENON_GO_DOCTOR_TRIMPATH", "warning", "the plugin is built without -trimpath");
    if (/-pluginpath\b/.test(command))
      add("TENON_GO_DOCTOR_PLUGIN_PATH", "error", "-pluginpath is given to the linker");
    if (/\s(?![-\w]*=)[^\s='"]*\.go(?=\s|$|[;&|)"'])/.test(command))
      add("TENON_GO_DOCTOR_FILE_LIST", "warning", "the plugin is built from a list of files");
    if (/\bCGO_ENABLED=["']?0/.test(command)) add("TENON_GO_DOCTOR_NO_CGO", "error", "CGO_ENABLED=0 rules plugins out");
    if (/\bGOOS=["']?windows/.test(command))
      add("TENON_GO_DOCTOR_PLATFORM", "error", "there are no Go plugins on Windows");
  }
  return findings;
}

/** Lines with their continuations, without comments. */
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
