import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSourceFile } from "../../tenon/dist/builders/go/module/source-file.js";

/** @import { Failure, GoTest } from "./types.js" */
/** @import { GoTools, ToolRequest } from "../../tenon/dist/builders/go/module/go-tools.js" */

const program = fileURLToPath(new URL("./program.mjs", import.meta.url));

/**
 * Builds and runs one test. Returns why it failed, or `undefined` if it passed.
 *
 * @param {GoTest} test
 * @param {GoTools} tools
 * @param {string} work
 * @param {number} timeout
 * @returns {Promise<Failure | undefined>}
 */
export async function runTest(test, tools, work, timeout) {
  const folder = mkdtempSync(join(work, "test-"));
  try {
    const first = await buildAndRun(test, tools, folder, timeout);
    if ("kind" in first) return first;
    const last = test.kind === "runoutput" ? await runPrinted(test, first.output, tools, folder, timeout) : first;
    if ("kind" in last) return last;
    if (last.output !== test.expected) return { kind: "wrong output", text: JSON.stringify(last.output.slice(0, 200)) };
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A test of the kind `runoutput` prints the program that is then run.
 *
 * @param {GoTest} test
 * @param {string} source
 * @param {GoTools} tools
 * @param {string} folder
 * @param {number} timeout
 */
function runPrinted(test, source, tools, folder, timeout) {
  const path = join(folder, "printed.go");
  writeFileSync(path, source);
  const { imports } = readSourceFile(path, source);
  const main = { path: "main", name: "main", files: [path], imports: imports.filter((each) => each !== "unsafe") };
  return buildAndRun({ ...test, packages: [main] }, tools, folder, timeout);
}

/**
 * @param {GoTest} test
 * @param {GoTools} tools
 * @param {string} folder
 * @param {number} timeout
 * @returns {Promise<Failure | { output: string }>}
 */
async function buildAndRun(test, tools, folder, timeout) {
  const module = await build(test, tools, folder);
  if ("kind" in module) return module;
  const { code, output, stopped } = await run(module.file, test, folder, timeout);
  if (stopped) return { kind: "took too long", text: `${timeout / 1000} s` };
  if (code !== 0) return { kind: "failed at run time", text: `exit ${code}: ${output.trim()}` };
  return { output };
}

/**
 * @param {GoTest} test
 * @param {GoTools} tools
 * @param {string} folder
 * @returns {Promise<Failure | { file: string }>}
 */
async function build({ packages, compiler, linker }, tools, folder) {
  const signal = new AbortController().signal;
  try {
    const own = new Set(packages.map(({ name }) => name));
    const wanted = new Set(packages.flatMap(({ imports }) => imports).filter((path) => !own.has(path)));
    const archives = await tools.archives([...wanted, "runtime"].sort(), signal);
    const objects = packages.map(({ name }) => [name, join(folder, `${name}.a`)]);
    const imports = join(folder, "importcfg");
    const lines = [...archives, ...objects].map(([path, file]) => `packagefile ${path}=${file}\n`);
    writeFileSync(imports, lines.join(""));
    mkdirSync(join(folder, "test"), { recursive: true });
    const reads = [...new Set([...archives.values()].map(dirname))];
    const call = async (
      /** @type {ToolRequest["tool"]} */ tool,
      /** @type {string[]} */ words,
      /** @type {string[]} */ more = [],
    ) => {
      const { end, output } = await tools.run({ tool, words, reads: [...reads, ...more], writes: folder, signal });
      return end.kind === "exit" && end.code === 0 ? undefined : { kind: `${tool} failed`, text: output.trim() };
    };
    for (const { path, name, files } of packages) {
      const object = join(folder, `${name}.a`);
      // `-D test` makes `./a` the package test/a.
      const words = ["-o", object, "-D", "test", "-p", path, "-buildid=", "-importcfg", imports, "-pack", ...compiler];
      const failed = await call("compile", [...words, ...files], [dirname(files[0] ?? "")]);
      if (failed !== undefined) return failed;
    }
    const file = join(folder, "main.wasm");
    const words = [
      "-o",
      file,
      "-importcfg",
      imports,
      "-buildid=",
      ...linker,
      join(folder, `${packages.at(-1)?.name}.a`),
    ];
    return (await call("link", words)) ?? { file };
  } catch (error) {
    return { kind: "not built", text: /** @type {Error} */ (error).message };
  }
}

/**
 * Runs each program in another process, since it may loop or exit.
 *
 * @param {string} file
 * @param {GoTest} test
 * @param {string} folder
 * @param {number} timeout
 * @returns {Promise<{ code: number | null; output: string; stopped: boolean }>}
 */
function run(file, test, folder, timeout) {
  return new Promise((resolve) => {
    const environment = JSON.stringify(test.environment);
    const words = ["--stack-size=3900", program, file, folder, test.tree, environment, test.title, ...test.words];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
    /** @type {Buffer[]} */
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
