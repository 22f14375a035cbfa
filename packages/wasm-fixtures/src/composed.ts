import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { once } from "@tenon/fixtures";
import { contentKey } from "./content-key.js";
import { cacheFolder, sources } from "./folders.js";
import { versionsOf } from "./packages.js";
import { rustFolder } from "./rust.js";
import { parseText, textFormat } from "./text-format.js";

/** Nests components in Rust inside another one, as described by text/composed.wat. @returns the folder with `composed.wasm`. */
export async function composedFolder(): Promise<string> {
  const modules = await rustFolder();
  const key = contentKey(["text/composed.wat", "rust", "wit"], [versionsOf("jco-transpile")]);
  return once(join(cacheFolder, `composed-${key}`), async (unfinished) => {
    const { print, componentNew } = await textFormat();
    const frame = readFileSync(join(sources, "text", "composed.wat"), "utf8");
    const crates = new Map<string, string>();
    for (const [, , crate = ""] of frame.matchAll(nested)) {
      const component = await componentNew(await readFile(join(modules, `${crate}.wasm`)), []);
      crates.set(crate, await print(component));
    }
    const text = frame.replace(nested, (_, id: string, crate: string) =>
      crates.get(crate)!.replace(/^\(component\b( \$\S+)?/, `(component ${id}`),
    );
    await writeFile(join(unfinished, "composed.wasm"), await parseText(text, "text/composed.wat"));
  });
}

/** Replaces `(component $name "crate")` with the component of that crate. */
const nested = /\(component (\$\w+) "([a-z]+)"\)/g;

/** Builds a crate without WASI as a component. @returns the folder with `CRATE.wasm`. */
export async function componentFolder(crate: string): Promise<string> {
  const module = join(await rustFolder(), `${crate}.wasm`);
  const key = contentKey(["rust", "wit"], [versionsOf("jco-transpile")]);
  return once(join(cacheFolder, `component-${crate}-${key}`), async (unfinished) => {
    const { componentNew } = await textFormat();
    await writeFile(join(unfinished, `${crate}.wasm`), await componentNew(await readFile(module), []));
  });
}
