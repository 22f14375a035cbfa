import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { type Finding, finding } from "../../../errors/index.js";
import { readModuleText } from "./module-text.js";
import { readPackage, type Subject } from "./subject.js";

const mostFolders = 3000;

/** Whether another plugin of the same repository has the same import path: a host takes the second for the first. */
export async function repositoryFindings(subject: Subject): Promise<Finding[]> {
  const top = await repositoryOf(subject.root);
  if (top === undefined) return [];
  const within = relative(subject.root, subject.folder);
  const queue = [top];
  for (let count = 0; queue.length > 0 && count < mostFolders; count++) {
    const folder = queue.shift() as string;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    if (folder !== subject.root && entries.some(({ name }) => name === "go.mod")) {
      const { path } = readModuleText(await readFile(join(folder, "go.mod"), "utf8").catch(() => ""));
      const other = join(folder, within);
      const isMain = async () =>
        (await readPackage(other).catch(() => [])).some(({ packageName }) => packageName === "main");
      if (path !== undefined && path === subject.module.path && (await isMain())) {
        const [one, two] = [subject.folder, other].map((item) => relative(top, item).split(sep).join("/"));
        return [
          finding("TENON_GO_DOCTOR_SAME_PATH", {
            subject: subject.packagePath,
            message: `${one} and ${two} are both ${subject.packagePath}`,
          }),
        ];
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
