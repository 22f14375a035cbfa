import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { largePackage } from "@tenon/fixtures/large-package";
import { contract, t } from "tenon";
import { memory } from "./lifecycle.mjs";
import { median } from "./measure.mjs";

/** @import { Host, OpenOptions } from "tenon" */

const one = contract("demo:one@1.0.0", { exports: { run: t.func([["x", t.string]], t.string) } });

/**
 * Opens many plugins that use the same large package, each in turn with `import()` of such a file.
 *
 * @param {Host} host
 * @param {"bundled" | "external"} kind
 * @param {number} count
 * @returns the median times in nanoseconds, and the heap of each plugin in bytes
 */
export async function manyWithPackage(host, kind, count) {
  const folder = mkdtempSync(join(tmpdir(), "tenon-bench-"));
  const at = (/** @type {string} */ name) => join(folder, name);
  mkdirSync(at("node_modules/large"), { recursive: true });
  writeFileSync(at("node_modules/large/package.json"), '{"name": "large", "version": "1.0.0"}');
  writeFileSync(at("node_modules/large/index.js"), largePackage(500));
  for (let index = 0; index < 2 * count + 1; index++)
    for (const name of ["import", "plugin"])
      writeFileSync(
        at(`${name}${index}.mjs`),
        `import large from "large"; export const run = (x) => x + large.f1(${index});`,
      );
  // Files that were written just now would be read twice.
  await new Promise((resolve) => setTimeout(resolve, 100));
  try {
    /** @type {OpenOptions} */
    const options = kind === "external" ? { external: ["large"] } : {};
    const importing = (/** @type {number} */ index) => import(pathToFileURL(at(`import${index}.mjs`)).href);
    const opening = (/** @type {number} */ index) => host.open(at(`plugin${index}.mjs`), one, options);
    let next = 0;
    await importing(next);
    await opening(next);
    /** @type {number[]} */
    const ours = [];
    /** @type {number[]} */
    const theirs = [];
    for (next = 1; next <= count; next++) {
      const both = /** @type {const} */ ([
        [ours, opening],
        [theirs, importing],
      ]);
      for (const [times, open] of next % 2 === 0 ? both : both.toReversed()) times.push(await time(open, next));
    }
    const before = await memory();
    for (let index = 0; index < count; index++) await opening(next++);
    const after = await memory();
    const [left, right] = [median(ours), median(theirs)];
    return { ours: left, theirs: right, ratio: left / right, heap: (after.heap - before.heap) / count };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {(index: number) => Promise<unknown>} open
 * @param {number} index
 * @returns nanoseconds
 */
async function time(open, index) {
  const begun = performance.now();
  await open(index);
  return (performance.now() - begun) * 1e6;
}
