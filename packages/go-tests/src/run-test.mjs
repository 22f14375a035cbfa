import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("./program.mjs", import.meta.url));

/** Builds and runs one test; gives why it failed, or nothing. */
export async function runTest(test, tools, work, timeout) {
  const folder = mkdtempSync(join(work, "test-"));
  try {
    const module = await build(test, tools, folder);
    if (module.kind !== undefined) return module;
    const { code, output, stopped } = await run(module.file, test, folder, timeout);
    if (stopped) return { kind: "took too long", text: `${timeout / 1000} s` };
    if (code !== 0) return { kind: "failed at run time", text: `exit ${code}: ${output.trim()}` };
    if (output !== test.expected) return { kind: "other output", text: JSON.stringify(output.slice(0, 200)) };
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function build(test, tools, folder) {
  const signal = new AbortController().signal;
  try {
    const archives = await tools.archives(
      [...test.imports.filter((path) => path !== "unsafe"), "runtime"].sort(),
      signal,
    );
    const imports = join(folder, "importcfg");
    writeFileSync(imports, [...archives].map(([path, file]) => `packagefile ${path}=${file}\n`).join(""));
    const folders = [...new Set([...archives.values()].map(dirname))];
    const object = join(folder, "main.a");
    const file = join(folder, "main.wasm");
    const compile = [
      "-o",
      object,
      "-p",
      "main",
      "-buildid=",
      "-importcfg",
      imports,
      "-pack",
      ...test.compiler,
      ...test.files,
    ];
    const link = ["-o", file, "-importcfg", imports, "-buildid=", object];
    for (const [tool, words, reads] of [
      ["compile", compile, [...folders, dirname(test.files[0])]],
      ["link", link, folders],
    ]) {
      const { code, output } = await tools.run({ tool, words, reads, writes: folder, signal });
      if (code !== 0) return { kind: `${tool} failed`, text: output.trim() };
    }
    return { file };
  } catch (error) {
    return { kind: "not built", text: error.message };
  }
}

/** A process for each program: it may loop, or end itself. */
function run(file, test, folder, timeout) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--stack-size=3900", program, file, folder, test.title, ...test.words], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const parts = [];
    let stopped = false;
    const timer = setTimeout(() => {
      stopped = true;
      child.kill("SIGKILL");
    }, timeout);
    child.stdout.on("data", (part) => parts.push(part));
    child.stderr.on("data", (part) => parts.push(part));
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output: Buffer.concat(parts).toString("utf8"), stopped });
    });
  });
}
