import { readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { storagePlaceUnknown } from "../errors/factories/storage.js";

/** Returns where plugins of this program store data unless its host says otherwise. @throws TENON_STORAGE_UNAVAILABLE */
export function defaultFolder(): string {
  const name = programName();
  if (name === undefined) throw storagePlaceUnknown();
  return join(userData(), "storage", name);
}

/** Returns the folder for what Tenon keeps for a user. It need not exist yet. */
function userData(): string {
  const { XDG_DATA_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "tenon", "data");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "tenon");
  return join(XDG_DATA_HOME || join(homedir(), ".local", "share"), "tenon");
}

/** Returns the name of the program that this process runs: its package's, or its file's. `undefined` if it runs no file. */
function programName(main: string | undefined = process.argv[1]): string | undefined {
  if (main === undefined || main === "") return undefined;
  let path = main;
  try {
    path = realpathSync(main);
  } catch {
    // The name of a file that is no longer there is a name, too.
  }
  const name = packageName(dirname(path)) ?? basename(path, extname(path));
  const safe = name.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[.-]+/, "");
  return safe === "" ? undefined : safe;
}

function packageName(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { name } = JSON.parse(readFileSync(join(at, "package.json"), "utf8")) as { readonly name?: unknown };
      if (typeof name === "string" && name !== "") return name;
    } catch {
      // No package, or one without a name: it is part of another.
    }
    if (dirname(at) === at) return undefined;
  }
}
