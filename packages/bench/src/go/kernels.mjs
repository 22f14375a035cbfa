import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHost } from "tenon";

/**
 * The plugin: `run` returns the milliseconds of a kernel.
 *
 * @typedef {{ sync: { run(name: string): number } }} Kernels
 */

/**
 * The best milliseconds of each kernel, by its name.
 *
 * @typedef {Record<string, number>} Times
 */

const folder = fileURLToPath(new URL("./kernels/", import.meta.url));
const names = ["fib", "sieve", "matrix", "sort", "words", "mandel", "structs"];
const rounds = 5;
const mainSource = `
func main() {
	for _, name := range strings.Fields("${names.join(" ")}") {
		println(name, int(measure(name)*1e6))
	}
}
`;

/** Runs the same source as a plugin, as a native program and in Yaegi. Each runs every kernel in turn; the best round counts. */
export async function measureKernels() {
  const host = createHost();
  const work = mkdtempSync(join(tmpdir(), "tenon-bench-go-"));
  try {
    const source = join(work, "main.go");
    writeFileSync(source, readFileSync(join(folder, "kernels.go"), "utf8") + mainSource);
    const native = join(work, "native");
    execFileSync("go", ["build", "-o", native, source], { cwd: work, env: { ...process.env, GO111MODULE: "off" } });
    const yaegi = process.env.YAEGI ?? "yaegi";
    const hasYaegi = spawnSync(yaegi, ["version"]).status === 0;
    const plugin = /** @type {Kernels} */ (/** @type {unknown} */ (await host.open(folder)));
    /** @type {{ ours: Times; native: Times; yaegi: Times }} */
    const best = { ours: {}, native: {}, yaegi: {} };
    /** @type {(who: keyof typeof best, name: string, value: number) => void} */
    const keep = (who, name, value) => {
      best[who][name] = Math.min(best[who][name] ?? Number.POSITIVE_INFINITY, value);
    };
    for (let round = 0; round < rounds; round++) {
      // The engine is still optimising the plugin in the first rounds.
      for (const name of names) for (let again = 0; again < 3; again++) keep("ours", name, plugin.sync.run(name));
      for (const [name, value] of runProgram(native, [])) keep("native", name, value);
      if (hasYaegi && round < 2)
        for (const [name, value] of runProgram(yaegi, ["run", source])) keep("yaegi", name, value);
    }
    /** @param {string} name */
    const row = (name) => {
      const ours = timeOf(best.ours, name);
      const fast = timeOf(best.native, name);
      const slow = best.yaegi[name];
      const beside = slow === undefined ? "" : `, Yaegi ${slow.toFixed(1)} ms (${(slow / ours).toFixed(0)} × slower)`;
      return `${name}: ${ours.toFixed(2)} ms, native ${fast.toFixed(2)} ms (${(ours / fast).toFixed(2)} ×)${beside}`;
    };
    const lines = names.map(row);
    lines.push(
      `geometric mean: ${mean(names.map((name) => timeOf(best.ours, name) / timeOf(best.native, name))).toFixed(2)} × native`,
    );
    if (hasYaegi)
      lines.push(
        `geometric mean: ${mean(names.map((name) => timeOf(best.yaegi, name) / timeOf(best.ours, name))).toFixed(0)} × faster than Yaegi (at least 30)`,
      );
    else lines.push("Yaegi: skipped, since yaegi is not on PATH");
    return lines;
  } finally {
    await host.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Returns the milliseconds of each kernel.
 *
 * @param {string} file
 * @param {readonly string[]} words
 * @returns {[name: string, time: number][]}
 */
function runProgram(file, words) {
  const { stderr, stdout } = spawnSync(file, words, { encoding: "utf8" });
  return `${stdout}${stderr}`
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([name = ""]) => names.includes(name))
    .map(([name = "", value]) => [name, Number(value) / 1e6]);
}

/**
 * @param {Times} times
 * @param {string} name
 */
function timeOf(times, name) {
  const time = times[name];
  if (time === undefined) throw new Error(`${name} was not measured`);
  return time;
}

/** @param {readonly number[]} values */
function mean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
