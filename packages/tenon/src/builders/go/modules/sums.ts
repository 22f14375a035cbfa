import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { goSumConflict } from "../../../errors/factories/go-build.js";
import type { HostModule } from "../host/host-facts.js";
import type { HostRequirements } from "../host/requirements.js";
import type { ModuleFile } from "./module-file.js";

/**
 * Adds the host's checksums to the go.sum of a build, so that the go command rejects a version with different content.
 *
 * @param folder the folder of the go.sum.
 * @throws TENON_GO_SUM if the plugin's own go.sum has a different checksum
 */
export async function addSums(folder: string, required: HostRequirements, file: ModuleFile): Promise<void> {
  const path = join(folder, "go.sum");
  const text = await readFile(path, "utf8");
  const known = new Map(
    text.split("\n").flatMap((line): [string, string][] => {
      const [module, version, sum] = line.trim().split(/\s+/);
      return sum === undefined ? [] : [[`${module} ${version}`, sum]];
    }),
  );
  const added: string[] = [];
  for (const module of required.modules) {
    const { path: modulePath, version, sum } = sourceOf(module);
    if (sum === undefined || sum === "") continue;
    const own = known.get(`${modulePath} ${version}`);
    if (own === sum) continue;
    if (own !== undefined && file.replacementsOf(module.path).length === 0)
      throw goSumConflict(`${modulePath}@${version}`, sum, own);
    if (own === undefined) added.push(`${modulePath} ${version} ${sum}`);
  }
  if (added.length > 0)
    await writeFile(path, `${[text.trimEnd(), ...added].filter((line) => line !== "").join("\n")}\n`);
}

function sourceOf(module: HostModule): HostModule {
  return module.replace ?? module;
}
