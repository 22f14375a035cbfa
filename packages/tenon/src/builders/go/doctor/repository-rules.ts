import { readdir, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { goSamePath } from "../../../errors/factories/go-doctor.js";
import type { Finding } from "../../../errors/finding.js";
import { textOfFile } from "../../../runtime/regular-file.js";
import { readModuleText } from "./module-text.js";
import { type PluginSource, readPackage } from "./plugin-source.js";

const mostFolders = 3000;

/** Finds another plugin in the same repository with the same import path: a host would mistake one for the other. */
export async function repositoryFindings(plugin: PluginSource): Promise<Finding[]> {
  const top = await repositoryOf(plugin.root);
  if (top === undefined) return [];
  const within = relative(plugin.root, plugin.folder);
  const queue = [top];
  for (let count = 0; queue.length > 0 && count < mostFolders; count++) {
    const folder = queue.shift() as string;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    if (folder !== plugin.root && entries.some(({ name }) => name === "go.mod")) {
      const { path } = readModuleText((await textOfFile(join(folder, "go.mod"))) ?? "");
      const other = join(folder, within);
      const isMain = async () =>
        (await readPackage(other).catch(() => [])).some(({ packageName }) => packageName === "main");
      if (path !== undefined && path === plugin.module.path && (await isMain())) {
        const [one = "", two = ""] = [plugin.folder, other].map((item) => relative(top, item).split(sep).join("/"));
        return [goSamePath(plugin.packagePath, one, two)];
      }
    }
    for (const entry of entries)
      if (entry.isDirectory() && !/^[._]|^(?:vendor|testdata|node_modules)$/.test(entry.name))
        queue.push(join(folder, entry.name));
  }
  return [];
}

async function repositoryOf(folder: string): Promise<string | undefined> {
  for (let current = folder; ; current = dirname(current)) {
    if ((await stat(join(current, ".git")).catch(() => undefined)) !== undefined) return current;
    if (dirname(current) === current) return undefined;
  }
}
