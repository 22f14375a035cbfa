import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Contract } from "../contract/core.js";
import { manifestInvalid } from "../errors/factories/artifact.js";
import { readSmallFile } from "./json-file.js";
import { readRecent } from "./recent-contracts.js";

const mostFiles = 500;
const deepestFolder = 4;

/**
 * Reads the contract that a plugin carries: a `.wit` file, a folder of them (with `deps` folders inside), or a JSON
 * document. Returns `undefined` if there is no such file.
 *
 * @param world which world of the text to read; needed only if there is more than one.
 * @throws TENON_CONTRACT_SYNTAX, TENON_CONTRACT_INVALID, TENON_MANIFEST_INVALID
 */
export async function readCarriedContract(path: string, world: string | undefined): Promise<Contract | undefined> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) return undefined;
  if (!stats.isDirectory() && extname(path) === ".json") {
    const { contractFromJson } = await import("../contract/formats/from-json.js");
    return contractFromJson((await readSmallFile(path)) ?? "");
  }
  if (!stats.isDirectory() && extname(path) !== ".wit") {
    throw manifestInvalid(path, "expected the contract as a .wit file, a folder of .wit files, or a .json document");
  }
  const paths = stats.isDirectory() ? await witFiles(path) : [path];
  if (paths.length === 0) throw manifestInvalid(path, "there is no .wit file in this folder");
  const files = await Promise.all(paths.map(async (file) => ({ path: file, text: (await readSmallFile(file)) ?? "" })));
  const { contractFromWit } = await import("../contract/wit/index.js");
  return readRecent(JSON.stringify([world, ...files.flatMap((file) => [file.path, file.text])]), () =>
    contractFromWit(files, world === undefined ? {} : { world }),
  );
}

/** Returns the .wit file next to a plugin, or in its folder, that counts although no manifest names it. */
export async function findContractFile(
  folder: string,
  names: readonly string[],
  orTheOnly: boolean,
): Promise<string | undefined> {
  // A folder may have thousands of files: it is listed only if no name is known.
  const named = names.map((name) => join(folder, `${name}.wit`)).find((path) => existsSync(path));
  if (named !== undefined || !orTheOnly) return named;
  const present = (await readdir(folder).catch(() => [] as string[])).filter((name) => name.endsWith(".wit"));
  return present.length === 1 ? join(folder, present[0] as string) : undefined;
}

async function witFiles(folder: string, depth = 0): Promise<string[]> {
  const found: string[] = [];
  for (const item of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, item.name);
    if (item.isDirectory() && depth < deepestFolder) found.push(...(await witFiles(path, depth + 1)));
    else if (item.name.endsWith(".wit")) found.push(path);
    if (found.length > mostFiles) throw manifestInvalid(folder, `more than ${mostFiles} .wit files`);
  }
  return found.sort();
}
