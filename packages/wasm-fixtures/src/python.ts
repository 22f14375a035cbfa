import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { contentKey } from "./content-key.js";
import { cacheFolder, sources } from "./folders.js";
import { once } from "./once.js";
import { runTool } from "./run-tool.js";

const version = "0.25.1";

/** Why Python cannot make components here, or `undefined` where it can. */
export function pythonMissing(): string | undefined {
  const made = spawnSync("python3", ["-c", "import ensurepip, venv"], { encoding: "utf8" });
  return made.status === 0 ? undefined : "python3 with venv is not installed";
}

/** Builds the greeter of Python by componentize-py. @returns the folder that holds `greeter.wasm`. */
export function pythonFolder(): Promise<string> {
  const key = contentKey(["python", "wit/greeter.wit"], [version]);
  return once(join(cacheFolder, `python-${key}`), async (unfinished) => {
    const environment = await once(join(cacheFolder, "packages", `componentize-py-${version}`), async (folder) => {
      await runTool("python3", ["-m", "venv", folder], { cwd: sources });
      const install = ["-m", "pip", "install", "--quiet", `componentize-py==${version}`];
      await runTool(join(folder, "bin", "python3"), install, { cwd: folder });
    });
    const output = join(unfinished, "greeter.wasm");
    const world = ["-d", join(sources, "wit", "greeter.wit"), "-w", "greeter"];
    // Called as a module of Python's: the scripts in bin/ hold the path under which the folder was made.
    const code = "import sys, componentize_py; sys.exit(componentize_py.script())";
    await runTool(
      join(environment, "bin", "python3"),
      ["-c", code, ...world, "componentize", "--stub-wasi", "-p", join(sources, "python"), "greeter", "-o", output],
      { cwd: unfinished },
    );
  });
}
