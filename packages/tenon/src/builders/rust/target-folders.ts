import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { privateFolder } from "../../runtime/private-folder.js";

/** How many of cargo's target folders are kept. Each may have hundreds of megabytes. */
const mostFolders = 6;
/** How many plugins share one. */
const mostPlugins = 16;

/**
 * Returns the folder for cargo's output of a plugin. Plugins share a folder, so that common dependencies are compiled once,
 * unless they have the same name and would overwrite each other's results.
 *
 * @param parent where these folders are.
 * @param name of the file that cargo builds.
 * @param plugin the plugin's folder.
 */
export async function targetFolder(parent: string, name: string, plugin: string): Promise<string> {
  for (let slot = 0; ; slot++) {
    const folder = join(parent, String(slot));
    if (!(await isClaimed(join(folder, "plugins"), name, plugin))) continue;
    // The time shows which folder has not been used for the longest time.
    await utimes(folder, new Date(), new Date()).catch(() => {});
    await prune(parent);
    return folder;
  }
}

/** Whether a file with the plugin's name says that the folder belongs to this plugin. Writes the file if there is none. */
async function isClaimed(claims: string, name: string, plugin: string): Promise<boolean> {
  await mkdir(claims, { recursive: true, mode: privateFolder });
  const claim = join(claims, name);
  const owner = await readFile(claim, "utf8").catch(() => undefined);
  if (owner === plugin) return true;
  if (owner !== undefined && (await exists(owner))) return false;
  if (owner === undefined && (await readdir(claims)).length >= mostPlugins) return false;
  try {
    await writeFile(claim, plugin, owner === undefined ? { flag: "wx" } : {});
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
  }
  // Another process may have written it first.
  return (await readFile(claim, "utf8")) === plugin;
}

async function prune(parent: string): Promise<void> {
  const names = await readdir(parent);
  if (names.length <= mostFolders) return;
  const times = await Promise.all(
    names.map(async (name) => ({ name, time: (await stat(join(parent, name)).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  times.sort((one, other) => other.time - one.time);
  for (const { name } of times.slice(mostFolders))
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => {});
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
