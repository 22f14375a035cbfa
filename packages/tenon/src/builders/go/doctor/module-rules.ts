import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  goHostRequired,
  goPseudoVersion,
  goReplace,
  goVendorFolder,
  goWorkspace,
} from "../../../errors/factories/go-doctor.js";
import type { Finding } from "../../../errors/finding.js";
import type { GoFile } from "./go-file.js";
import { type PluginSource, readPackage } from "./plugin-source.js";

// The search for a program that opens plugins stops after this many folders of a module.
const mostFolders = 300;

/** Finds problems in go.mod, go.work and the vendor folder. @param moduleCache GOMODCACHE, if it is known. */
export async function moduleFindings(plugin: PluginSource, moduleCache: string | undefined): Promise<Finding[]> {
  const { module, root, shownRoot, workspace } = plugin;
  const file = join(shownRoot, "go.mod");
  const findings: Finding[] = [];
  for (const { path, by, version } of module.replacements) findings.push(goReplace(file, path, by, version));
  for (const { path, version, isIndirect } of module.requirements) {
    if (isIndirect || !/[-.]\d{14}-[0-9a-f]{12}(?:\+incompatible)?$/.test(version)) continue;
    findings.push(goPseudoVersion(file, path, version));
  }
  findings.push(...(await hostFindings(plugin, moduleCache)));
  if ((await stat(join(root, "vendor", "modules.txt")).catch(() => undefined)) !== undefined)
    findings.push(goVendorFolder(shownRoot, join(shownRoot, "vendor")));
  if (workspace !== undefined) findings.push(goWorkspace(workspace, plugin.given));
  return findings;
}

/** Finds modules that the plugin imports and that contain a program that imports "plugin": most likely its host. */
async function hostFindings(
  { module, root, files }: PluginSource,
  moduleCache: string | undefined,
): Promise<Finding[]> {
  const imported = files.flatMap(({ importPaths }) => importPaths);
  const findings: Finding[] = [];
  for (const { path, version } of module.requirements) {
    if (!imported.some((item) => item === path || item.startsWith(`${path}/`))) continue;
    const replaced = module.replacements.find((item) => item.path === path);
    const folder =
      replaced !== undefined && replaced.version === undefined
        ? resolve(root, replaced.by)
        : moduleCache === undefined
          ? undefined
          : join(moduleCache, `${escaped(replaced?.by ?? path)}@${replaced?.version ?? version}`);
    const program = folder === undefined ? undefined : await findHostProgram(folder);
    if (program !== undefined) findings.push(goHostRequired(path, program));
  }
  return findings;
}

/** Finds the first file below a folder that belongs to a package main and imports "plugin". */
async function findHostProgram(root: string): Promise<string | undefined> {
  const queue = [root];
  for (let count = 0; queue.length > 0 && count < mostFolders; count++) {
    const folder = queue.shift() as string;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const sources: GoFile[] = entries.some(({ name }) => name.endsWith(".go")) ? await readPackage(folder) : [];
    const found = sources.find(
      ({ packageName, importPaths }) => packageName === "main" && importPaths.includes("plugin"),
    );
    if (found !== undefined) return found.path;
    for (const entry of entries)
      if (entry.isDirectory() && !/^[._]|^(?:vendor|testdata|node_modules)$/.test(entry.name))
        queue.push(join(folder, entry.name));
  }
  return undefined;
}

function escaped(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}
