import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

const bundle = fileURLToPath(new URL("../../../bundle/", import.meta.url));

/** What the built package imports, statically, from these files on: its own files, and Node's modules. */
async function importedBy(entries: readonly string[]) {
  const { metafile } = await build({
    ...{ absWorkingDir: bundle, entryPoints: [...entries], outdir: "unwritten", write: false, metafile: true },
    ...{ bundle: true, format: "esm", platform: "node", packages: "external", logLevel: "error" },
  });
  const files = new Set<string>();
  const modules = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const { path, kind, external } of metafile.inputs[file]!.imports) {
      if (kind !== "import-statement") continue;
      if (external) modules.add(path);
      else waiting.push(path);
    }
  }
  return { files, modules };
}

// Whatever a thread loads costs each of them time and heap, and its garbage collections as well.
test.each(["worker", "process"])("a JavaScript plugin in a %s loads none of what only a host needs", async (place) => {
  const { files, modules } = await importedBy([`places/${place}/entry.js`, "runtimes/js/runtime.js"]);
  expect(files).toContain("chunks/plugin.js");
  expect(files).not.toContain("chunks/common.js");
  expect(files).not.toContain("chunks/host.js");
  expect(modules).toContain("node:vm");
  for (const module of ["node:crypto", "node:child_process", "node:inspector"]) expect(modules).not.toContain(module);
});
