import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sourceTooLarge } from "../../errors/factories/module-build.js";
import { digest } from "../../runtime/module-store.js";

const mostFiles = 4000;
const mostBytes = 64 * 1024 * 1024;
const deepestFolder = 12;

/** The source of a plugin in Rust, without what is outside of its folder. */
export interface RustSources {
  /** Absolute paths, sorted. */
  readonly paths: readonly string[];
  /** Identifies the name and content of every file. */
  readonly digest: string;
}

/**
 * Reads all files of a plugin's folder: `include_str!`, a macro or a build script may use any of them. It skips hidden files,
 * except cargo's settings, and cargo's output in `target`.
 *
 * @throws TENON_SOURCE_INVALID if there is too much
 */
export async function readSources(folder: string): Promise<RustSources> {
  const names = (await namesIn(folder, "", 0)).sort();
  const parts: (string | Uint8Array)[] = [];
  let bytes = 0;
  for (const name of names) {
    // The file may have been removed since.
    const content = (await readFile(join(folder, name)).catch(() => undefined)) ?? "";
    bytes += content.length;
    if (bytes > mostBytes) throw tooMuch(folder);
    parts.push(name, content);
  }
  return { paths: names.map((name) => join(folder, name)), digest: digest(...parts) };
}

async function namesIn(folder: string, within: string, depth: number): Promise<string[]> {
  const found: string[] = [];
  for (const item of await readdir(join(folder, within), { withFileTypes: true })) {
    if ((item.name.startsWith(".") && item.name !== ".cargo") || item.name === "node_modules") continue;
    if (item.name === "target" && within === "") continue;
    const name = within === "" ? item.name : `${within}/${item.name}`;
    if (item.isDirectory()) {
      if (depth < deepestFolder) found.push(...(await namesIn(folder, name, depth + 1)));
    } else if (item.isFile()) found.push(name);
    if (found.length > mostFiles) throw tooMuch(folder);
  }
  return found;
}

function tooMuch(folder: string) {
  return sourceTooLarge(folder, { language: "Rust", files: mostFiles, bytes: mostBytes });
}
