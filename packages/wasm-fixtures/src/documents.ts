import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { once } from "@tenon/fixtures";
import { loneCrate } from "./lone-crate.js";
import { versionsOf } from "./packages.js";
import { textFormat } from "./text-format.js";

/** Builds a component with about a megabyte of code, without WASI. @returns the folder with `documents.wasm`. */
export async function documentsFolder(): Promise<string> {
  const module = await loneCrate("documents", "wasm32-unknown-unknown", "documents.wasm");
  const { "@bytecodealliance/jco-transpile": version } = JSON.parse(versionsOf("jco-transpile"));
  return once(`${dirname(module)}-component-${version}`, async (unfinished) => {
    const { componentNew } = await textFormat();
    await writeFile(join(unfinished, "documents.wasm"), await componentNew(await readFile(module), []));
  });
}
