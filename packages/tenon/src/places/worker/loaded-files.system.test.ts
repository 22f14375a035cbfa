import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const bundle = new URL("../../../bundle/", import.meta.url);

/** What the built package imports, statically, from these files on: its own files, and Node's modules. */
function importedBy(entries: readonly string[]): { readonly files: Set<string>; readonly modules: Set<string> } {
  const files = new Set<string>();
  const modules = new Set<string>();
  const waiting = entries.map((name) => new URL(name, bundle));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const path = fileURLToPath(file);
    if (files.has(path)) continue;
    files.add(path);
    for (const [, from = ""] of readFileSync(path, "utf8").matchAll(/^(?:import|export) [^;"]*"([^"]+)";$/gm)) {
      if (from.startsWith(".")) waiting.push(new URL(from, file));
      else modules.add(from);
    }
  }
  return { files, modules };
}

// Whatever a thread loads costs each of them time and heap, and its garbage collections as well.
test.each(["worker", "process"])("a JavaScript plugin in a %s loads none of what only a host needs", (place) => {
  const { files, modules } = importedBy([`places/${place}/entry.js`, "runtimes/js/runtime.js"]);
  const names = [...files].map((path) => path.slice(fileURLToPath(bundle).length));
  expect(names).toContain("chunks/plugin.js");
  expect(names).not.toContain("chunks/common.js");
  expect(names).not.toContain("chunks/host.js");
  expect(modules).toContain("node:vm");
  for (const module of ["node:crypto", "node:child_process", "node:inspector"]) expect(modules).not.toContain(module);
});
