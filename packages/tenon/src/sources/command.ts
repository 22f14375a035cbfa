import { accessSync, constants, statSync } from "node:fs";
import { basename, delimiter, isAbsolute, join, resolve } from "node:path";
import { commandLineEmpty, programMissing, programNotExecutable, programNotFound } from "../errors/factories/source.js";
import type { Artifact, SourceContext } from "../runtime/index.js";
import { readStart, resolveLinks } from "../runtime/open-file.js";
import { splitWords } from "./words.js";

const scheme = /^command:/;
const headBytes = 4096;

/**
 * Command lines, `command:node server.js --stdio`: the way in which MCP servers and other programs are started. The line is
 * split into words as a shell does, without a shell. The program is looked up in the folders of the host's PATH; a path with
 * a slash is relative to the folder in which the command starts.
 */
export async function resolveCommand(given: string, { folder }: SourceContext): Promise<Artifact | undefined> {
  if (!scheme.test(given)) return undefined;
  const [name, ...words] = splitWords(given.replace(scheme, ""), given);
  if (name === undefined || name === "") throw commandLineEmpty(given);
  const program = /[/\\]/.test(name) ? named(name, folder, given) : onPath(name, given);
  const path = await resolveLinks(program, program);
  const { start: head, stats } = readStart(path, given, headBytes);
  return artifactOf(given, path, head, stats.size, [program, ...words], folder);
}

function named(name: string, folder: string, given: string): string {
  const path = resolve(folder, name);
  const state = stateOf(path);
  if (state === "absent") throw programMissing(given, path, "");
  if (state !== "program") throw programNotExecutable(given, path, state);
  return path;
}

function onPath(name: string, given: string): string {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  const names = process.platform === "win32" ? windowsNames(name) : [name];
  let refused: string | undefined;
  for (const folder of folders) {
    for (const each of names) {
      const path = join(folder, each);
      const state = stateOf(path);
      if (state === "program") return path;
      if (state === "no permission") refused ??= path;
    }
  }
  if (refused !== undefined) throw programNotExecutable(given, refused, "no permission");
  throw programNotFound(given, name, folders, "");
}

/** The names under which Windows finds a program. */
function windowsNames(name: string): string[] {
  const extensions = (process.env.PATHEXT ?? ".COM;.EXE").split(";");
  return [name, ...extensions.map((extension) => name + extension.toLowerCase())];
}

function stateOf(path: string): "program" | "a folder" | "no permission" | "absent" {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return "absent";
    if (stats.isDirectory()) return "a folder";
    accessSync(path, constants.X_OK);
    return "program";
  } catch (cause) {
    return ["EACCES", "EPERM"].includes((cause as NodeJS.ErrnoException).code ?? "") ? "no permission" : "absent";
  }
}

function artifactOf(
  given: string,
  path: string,
  head: Uint8Array,
  size: number,
  command: readonly string[],
  folder: string,
): Artifact {
  const manifest = {
    name: basename(command[0] ?? path),
    version: undefined,
    entry: path,
    contract: undefined,
    settings: undefined,
    priority: 0,
    requires: {},
    grants: {},
    source: undefined,
  };
  return { path, kind: "command", given, manifest, head, size, command, folder };
}
