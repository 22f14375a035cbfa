/** A GOPROXY tree on disk (https://go.dev/ref/mod#goproxy-protocol), so that no build needs the network. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zip } from "./zip.mjs";

/** @import { Files } from "./types.js" */

/**
 * Writes one version of one module: `files` is path → text and contains the go.mod.
 *
 * @param {string} tree
 * @param {string} path
 * @param {string} version
 * @param {Files} files
 */
export function writeModule(tree, path, version, files) {
  const folder = join(tree, path, "@v");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${version}.info`), JSON.stringify({ Version: version, Time: "2024-01-01T00:00:00Z" }));
  writeFileSync(join(folder, `${version}.mod`), files["go.mod"] ?? "");
  const entries = Object.entries(files).map(([name, text]) => [`${path}@${version}/${name}`, Buffer.from(text)]);
  writeFileSync(join(folder, `${version}.zip`), zip(Object.fromEntries(entries)));
}
