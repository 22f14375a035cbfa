import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHost } from "tenon";
import { createGoModuleBuilder } from "../../../tenon/dist/builders/go/index.js";
import { readArtifact } from "../../../tenon/dist/runtime/read-artifact.js";

const template = fileURLToPath(new URL("../../../../guest/go/template/", import.meta.url));
const bundle = fileURLToPath(new URL("../../../go-toolchain", import.meta.url));
const edits = 7;

/** From an edit of a plugin of 250 lines until it answers, for each tool chain. */
export async function measureEdit() {
  const lines = [];
  for (const toolchain of ["local", "bundled"]) {
    const folder = mkdtempSync(join(tmpdir(), "tenon-bench-go-"));
    try {
      cpSync(template, folder, { recursive: true });
      writeFileSync(join(folder, "more.go"), moreSource());
      const builder = createGoModuleBuilder({ cacheFolder: join(folder, ".cache"), toolchain, bundled: bundle });
      const times = [];
      for (let edit = 0; edit <= edits; edit++) {
        appendFileSync(join(folder, "more.go"), `\n// edit ${edit}\n`);
        const begun = performance.now();
        const { bytes } = await builder.build(await readArtifact(folder));
        const built = performance.now() - begun;
        const file = join(folder, "built.wasm");
        writeFileSync(file, bytes);
        times.push({ built, opened: await openTime(file) });
      }
      const [cold, ...warm] = times;
      warm.sort((one, other) => one.built + one.opened - other.built - other.opened);
      const middle = warm[Math.floor(warm.length / 2)];
      lines.push(
        `${toolchain}: cold ${(cold.built + cold.opened).toFixed(0)} ms; warm ${(middle.built + middle.opened).toFixed(0)} ms ` +
          `(build ${middle.built.toFixed(0)}, open and first call ${middle.opened.toFixed(0)}; median of ${edits})`,
      );
    } catch (error) {
      lines.push(`${toolchain}: not measured: ${error.message}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return lines;
}

async function openTime(file) {
  const host = createHost();
  try {
    const begun = performance.now();
    const plugin = await host.open(file);
    await plugin.exports.greet("Ada");
    return performance.now() - begun;
  } finally {
    await host.close();
  }
}

/** Some 240 lines beside the template's. */
function moreSource() {
  const functions = Array.from(
    { length: 48 },
    (_, index) =>
      `func step${index}(text string) string {\n\treturn strings.Repeat(text, ${index})\n}\n\nvar _ = step${index}`,
  );
  return `package main\n\nimport "strings"\n\n${functions.join("\n")}\n`;
}
