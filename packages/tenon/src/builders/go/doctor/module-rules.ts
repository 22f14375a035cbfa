import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Finding, finding } from "../../../errors/index.js";
import type { GoFile } from "./go-file.js";
import { readPackage, type Subject } from "./subject.js";

// A module with more folders is not searched to its end for a program that opens plugins.
const mostFolders = 300;

/** What go.mod, go.work and the vendor folder tell. @param moduleCache GOMODCACHE, where it is known. */
export async function moduleFindings(subject: Subject, moduleCache: string | undefined): Promise<Finding[]> {
  const { module, root, shownRoot, workspace } = subject;
  const file = join(shownRoot, "go.mod");
  const findings: Finding[] = [];
  for (const { path, by, version } of module.replacements) {
    const isFolder = version === undefined;
    const message = `${file} replaces ${path} with ${isFolder ? `the folder ${by}` : `${by} ${version}`}`;
    findings.push(
      finding("TENON_GO_DOCTOR_REPLACE", {
        severity: "warning",
        subject: path,
        message,
        ...(isFolder ? { cause: "A folder of this machine has no version; the host has the published module." } : {}),
      }),
    );
  }
  for (const { path, version, isIndirect } of module.requirements) {
    if (isIndirect || !/[-.]\d{14}-[0-9a-f]{12}(?:\+incompatible)?$/.test(version)) continue;
    const message = `${file} requires ${path} ${version}, a commit without a release`;
    findings.push(finding("TENON_GO_DOCTOR_PSEUDO_VERSION", { severity: "info", subject: path, message }));
  }
  findings.push(...(await hostFindings(subject, moduleCache)));
  if ((await stat(join(root, "vendor", "modules.txt")).catch(() => undefined)) !== undefined) {
    const message = `${shownRoot} has a vendor folder, which go build then uses`;
    findings.push(
      finding("TENON_GO_DOCTOR_VENDOR", { severity: "warning", subject: join(shownRoot, "vendor"), message }),
    );
  }
  if (workspace !== undefined) {
    const message = `${workspace} is in effect for ${subject.given}`;
    findings.push(finding("TENON_GO_DOCTOR_WORKSPACE", { severity: "warning", subject: workspace, message }));
  }
  return findings;
}

/** Modules whose packages the plugin imports, and which hold a program that imports "plugin": most likely its host. */
async function hostFindings({ module, root, files }: Subject, moduleCache: string | undefined): Promise<Finding[]> {
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
    if (program === undefined) continue;
    const message = `${path} is a dependency of the plugin, and ${program} is a program of that module that opens plugins`;
    findings.push(finding("TENON_GO_DOCTOR_HOST_REQUIRED", { severity: "warning", subject: path, message }));
  }
  return findings;
}

/** The first file of a package main below a folder that imports "plugin". */
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
