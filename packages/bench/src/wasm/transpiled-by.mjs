import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** @import { AnyModule } from "../types.js" */

/**
 * Transpiles a component into a folder with jco, and imports it. If it imports a function `log`, that does nothing.
 *
 * @param {string} transpiler The file of jco, or of its transpiler.
 * @param {string} component
 * @param {string} folder Must be new for each call, since Node imports a module only once.
 * @returns {Promise<AnyModule>}
 */
export async function transpiledBy(transpiler, component, folder) {
  const jco = await import(pathToFileURL(transpiler).href);
  const transpile = jco.transpileBytes ?? jco.transpile;
  const options = { name: "component", noTypescript: true, map: { log: "./log.js" } };
  const { files } = await transpile(readFileSync(component), options);
  for (const [name, bytes] of files instanceof Map || Array.isArray(files) ? files : Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(folder, "log.js"), "export default function log() {}\n");
  const module = await import(pathToFileURL(join(folder, "component.js")).href);
  await module.$init;
  return module;
}
