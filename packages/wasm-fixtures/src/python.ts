import { spawnSync } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { once } from "@tenon/fixtures";
import { contentKey } from "./content-key.js";
import { cacheFolder, sources } from "./folders.js";
import { runTool } from "./run-tool.js";

const version = "0.25.1";

/** Why Python cannot make components here, or `undefined` where it can. */
export function pythonMissing(): string | undefined {
  const made = spawnSync("python3", ["-c", "import ensurepip, venv"], { encoding: "utf8" });
  return made.status === 0 ? undefined : "python3 with venv is not installed";
}

/**
 * Builds the program in `python/WORLD/` by componentize-py.
 *
 * @param world a world, and the name of the file in `wit/` that has it.
 * @returns the folder that holds `WORLD.wasm`.
 */
export function pythonFolder(world: string): Promise<string> {
  const [source, wit] = [`python/${world}`, `wit/${world}.wit`];
  const key = contentKey([source, wit, "src/python.ts"], [version]);
  return once(join(cacheFolder, `python-${key}`), async (unfinished) => {
    const environment = await componentizer();
    // A copy: Python leaves what it has compiled beside the source.
    await cp(join(sources, source), unfinished, { recursive: true });
    const parameters = ["-d", join(sources, wit), "-w", world, "componentize"];
    // Called as a module of Python's: the scripts in bin/ hold the path under which the folder was made.
    const code = "import sys, componentize_py; sys.exit(componentize_py.script())";
    await runTool(
      join(environment, "bin", "python3"),
      ["-c", code, ...parameters, "-p", unfinished, "app", "-o", join(unfinished, `${world}.wasm`)],
      { cwd: unfinished },
    );
  });
}

function componentizer(): Promise<string> {
  return once(join(cacheFolder, "packages", `componentize-py-${version}`), async (folder) => {
    await runTool("python3", ["-m", "venv", folder], { cwd: sources });
    const install = ["-m", "pip", "install", "--quiet", `componentize-py==${version}`];
    await runTool(join(folder, "bin", "python3"), install, { cwd: folder });
  });
}
