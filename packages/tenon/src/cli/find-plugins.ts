import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { usageError } from "./command-failure.js";
import { didYouMeanFile } from "./did-you-mean-file.js";

const deepest = 8;
const sources = new Set([".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".wasm", ".lua", ""]);
const notPlugins = /\.d\.[cm]?ts$|\.(?:test|spec|config)\.[^.]+$/;

/** What a search found, as paths. */
export interface FoundPlugins {
  /** Those that something beside them calls a plugin: a manifest or a contract. */
  readonly described: readonly string[];
  /** Files that may be plugins, or not. */
  readonly others: readonly string[];
}

/** Looks for plugins in folders and in the folders there. @throws a usage error for a folder that is none. */
export async function findPlugins(folders: readonly string[]): Promise<FoundPlugins> {
  const described = new Set<string>();
  const others = new Set<string>();
  for (const folder of folders) {
    const stats = await stat(folder).catch(() => undefined);
    if (stats === undefined)
      throw usageError(
        `the folder ${folder} does not exist${await didYouMeanFile(folder)}`,
        "Name a folder that holds plugins.",
      );
    if (!stats.isDirectory()) described.add(folder);
    else await search(folder, described, others, 0);
  }
  return { described: [...described], others: [...others].filter((path) => !described.has(path)) };
}

async function search(folder: string, described: Set<string>, others: Set<string>, depth: number): Promise<void> {
  // A folder that may not be read holds no plugin that could be opened.
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [] as Dirent[]);
  const names = new Set(entries.map(({ name }) => name));
  if (await isPluginFolder(folder, names)) {
    described.add(folder);
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    if (entry.isDirectory()) {
      if (depth < deepest) await search(path, described, others, depth + 1);
    } else if (sources.has(extname(entry.name)) && !notPlugins.test(entry.name)) {
      const stem = basename(entry.name, extname(entry.name));
      const isDescribed = names.has(`${stem}.tenon.json`) || names.has(`${stem}.wit`);
      if (isDescribed) described.add(path);
      else if (extname(entry.name) !== "") others.add(path);
    }
  }
}

async function isPluginFolder(folder: string, names: ReadonlySet<string>): Promise<boolean> {
  if (names.has("tenon.json")) return true;
  if (!names.has("package.json")) return false;
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => "");
  try {
    return (JSON.parse(text) as { tenon?: unknown } | null)?.tenon !== undefined;
  } catch {
    return false;
  }
}
