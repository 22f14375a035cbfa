import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { PluginFiles } from "../../contributions/index.js";
import { searchFolderMissing } from "../../errors/factories/command.js";
import { textOfFile } from "../../runtime/regular-file.js";
import { didYouMeanFile } from "../contracts/did-you-mean-file.js";
import { isContractFile } from "../contracts/is-contract-file.js";
import { mapBounded } from "./map-bounded.js";
import { isSourcePlugin } from "./source-plugin.js";

const deepestFolder = 8;
/** Folders that are read at the same time, on each level. */
const parallelFolders = 8;
/** What a search found, as paths. */
export interface FoundPlugins {
  /** Plugins: each has a manifest or a contract. */
  readonly described: readonly string[];
  /** Files that may be plugins or not. */
  readonly others: readonly string[];
}

/** Searches folders for plugins, recursively. @throws TENON_USAGE if a folder does not exist */
export async function findPlugins(folders: readonly string[], kinds: readonly PluginFiles[]): Promise<FoundPlugins> {
  const described = new Set<string>();
  const others = new Set<string>();
  for (const folder of folders) {
    const stats = await stat(folder).catch(() => undefined);
    if (stats === undefined) throw searchFolderMissing(folder, await didYouMeanFile(folder));
    const found = stats.isDirectory() ? await searchFolder(folder, 0, kinds) : await searchFile(folder);
    for (const path of found.described) described.add(path);
    for (const path of found.others) others.add(path);
  }
  return { described: [...described], others: [...others].filter((path) => !described.has(path)) };
}

/** A file that the user names counts as a plugin, unless it is a contract. */
async function searchFile(path: string): Promise<FoundPlugins> {
  return { described: (await isContractFile(path)) ? [] : [path], others: [] };
}

async function searchFolder(folder: string, depth: number, kinds: readonly PluginFiles[]): Promise<FoundPlugins> {
  // A folder that cannot be read contains no plugin that could be opened.
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [] as Dirent[]);
  const names = new Set(entries.map(({ name }) => name));
  if (await hasManifest(folder, names)) return { described: [folder], others: [] };
  const isSource = await isSourcePlugin(folder, names, depth === 0, kinds);
  // The folder that the user names may be a project with its own source, and plugins in subfolders.
  if (isSource && depth > 0) return { described: [folder], others: [] };
  const visible = entries.filter(({ name }) => !name.startsWith(".") && name !== "node_modules");
  const files = isSource ? [] : await classifyFiles(folder, visible, names, kinds);
  const inner = depth < deepestFolder ? visible.filter((entry) => entry.isDirectory()) : [];
  const found = await mapBounded(inner, parallelFolders, ({ name }) =>
    searchFolder(join(folder, name), depth + 1, kinds),
  );
  return {
    described: [
      ...(isSource ? [folder] : []),
      ...files.flatMap(({ path, isDescribed }) => (isDescribed ? [path] : [])),
      ...found.flatMap(({ described }) => described),
    ],
    others: [
      ...files.flatMap(({ path, isDescribed }) => (isDescribed ? [] : [path])),
      ...found.flatMap(({ others }) => others),
    ],
  };
}

async function classifyFiles(
  folder: string,
  entries: readonly Dirent[],
  names: ReadonlySet<string>,
  kinds: readonly PluginFiles[],
): Promise<{ path: string; isDescribed: boolean }[]> {
  const files: { path: string; isDescribed: boolean }[] = [];
  for (const entry of entries) {
    const extension = extname(entry.name);
    const kind = entry.isDirectory() ? undefined : kindOf(entry.name, kinds);
    if (kind === undefined) continue;
    const path = join(folder, entry.name);
    const stem = basename(entry.name, extension);
    const isDescribed = names.has(`${stem}.tenon.json`) || names.has(`${stem}.wit`);
    if (!isDescribed && kind === "described") continue;
    if (!(await isContractFile(path))) files.push({ path, isDescribed });
  }
  return files;
}

/** Returns whether a file may be a plugin by itself, or only with a contract or manifest beside it. */
function kindOf(name: string, kinds: readonly PluginFiles[]): "alone" | "described" | undefined {
  const extension = extname(name);
  const own = kinds.filter(({ except }) => except?.test(name) !== true);
  if (own.some(({ extensions = [] }) => extensions.includes(extension))) return "alone";
  return own.some(({ described = [] }) => described.includes(extension)) ? "described" : undefined;
}

async function hasManifest(folder: string, names: ReadonlySet<string>): Promise<boolean> {
  if (names.has("tenon.json")) return true;
  if (!names.has("package.json")) return false;
  const text = (await textOfFile(join(folder, "package.json"))) ?? "";
  try {
    return (JSON.parse(text) as { tenon?: unknown } | null)?.tenon !== undefined;
  } catch {
    return false;
  }
}
