import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const found = new Map<string, boolean>();

/** Runs a tool and returns its output. Throws with its error output if it fails. */
export function run(
  tool: string,
  given: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): string {
  return execFileSync(tool, given, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 300_000,
    ...options,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Whether a tool is installed. */
export function has(tool: string, probe = "--version"): boolean {
  let isThere = found.get(tool);
  if (isThere === undefined) {
    try {
      run(tool, [probe]);
      isThere = true;
    } catch {
      isThere = false;
    }
    found.set(tool, isThere);
  }
  return isThere;
}

/** LLVM's linker for every format: Rust's or the system's; `undefined` if neither is installed. */
export function lld(): string | undefined {
  if (has("rustc")) {
    const host = /host: (.*)/.exec(run("rustc", ["-vV"]))?.[1] ?? "";
    const path = join(run("rustc", ["--print", "sysroot"]).trim(), "lib", "rustlib", host, "bin", "rust-lld");
    if (existsSync(path)) return path;
  }
  return has("lld", "-flavor") ? "lld" : undefined;
}
