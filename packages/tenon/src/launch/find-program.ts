import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { programUnusable } from "../errors/factories/program.js";
import { examineContent } from "./examine-content.js";

/** Where the system looks without a PATH. Source: confstr(3), _CS_PATH. */
const standardFolders = "/bin:/usr/bin";

/**
 * Returns the path of a program that the system can start.
 *
 * What the system itself says of others is one word, and some that it cannot run it hands to a shell. So the file is examined
 * before: whether it is there, executable, and made for this system.
 *
 * @throws TENON_PLACE_START
 */
export function findProgram(
  command: string,
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  // Windows decides by the end of the name, and looks in more folders than these.
  if (process.platform === "win32") return command;
  const path = command.includes("/") ? resolve(folder, command) : search(command, folder, environment.PATH);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw programUnusable(command, { is: "missing", path });
  if (found.isDirectory()) throw programUnusable(command, { is: "a folder", path });
  if (!found.isFile()) throw programUnusable(command, { is: "no file", path });
  if (!isExecutable(path)) {
    const mode = (found.mode & 0o7777).toString(8).padStart(3, "0");
    const is = (found.mode & 0o111) === 0 ? "not executable" : "forbidden";
    throw programUnusable(command, { is, path, mode });
  }
  if (process.platform === "linux") {
    const problem = examineContent(path, folder);
    if (problem !== undefined) throw programUnusable(command, problem);
  }
  return path;
}

function search(name: string, folder: string, folders = standardFolders): string {
  const candidates = folders.split(delimiter).map((each) => join(resolve(folder, each), name));
  const found = candidates.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() && isExecutable(path));
  if (found === undefined) throw programUnusable(name, { is: "not on the path", folders });
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
