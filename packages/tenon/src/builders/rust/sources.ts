import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { keyOf } from "../../build/index.js";
import { sourceTooLarge, sourceUnreadable } from "../../errors/factories/module-build.js";
import { readRegularFile } from "../../runtime/regular-file.js";

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
 * @throws TENON_SOURCE_INVALID if there is too much, or a file that is not a regular one: a compiler would wait for it
 */
export async function readSources(folder: string): Promise<RustSources> {
  const names = (await namesIn(folder, "", new Set())).sort();
  const parts: (string | Uint8Array)[] = [];
  let bytes = 0;
  for (const name of names) {
    const content = await readSource(join(folder, name));
    bytes += content.length;
    if (bytes > mostBytes) throw tooMuch(folder);
    parts.push(name, content);
  }
  return { paths: names.map((name) => join(folder, name)), digest: keyOf(...parts) };
}

async function readSource(path: string): Promise<Uint8Array> {
  try {
    return (await readRegularFile(path)).content;
  } catch (cause) {
    // It was removed since, or is a link to nothing.
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return new Uint8Array();
    throw sourceUnreadable(path, (cause as Error).message);
  }
}

/** @param visited the real paths of the folders on the way: a link may lead back to one of them. */
async function namesIn(folder: string, within: string, visited: ReadonlySet<string>): Promise<string[]> {
  const found: string[] = [];
  const real = await realpath(join(folder, within));
  if (visited.has(real) || visited.size > deepestFolder) return found;
  const inside = new Set([...visited, real]);
  for (const item of await readdir(real, { withFileTypes: true })) {
    if ((item.name.startsWith(".") && item.name !== ".cargo") || item.name === "node_modules") continue;
    if (item.name === "target" && within === "") continue;
    const name = within === "" ? item.name : `${within}/${item.name}`;
    const isFolder = item.isSymbolicLink() ? await leadsToFolder(join(real, item.name)) : item.isDirectory();
    if (isFolder) found.push(...(await namesIn(folder, name, inside)));
    else found.push(name);
    if (found.length > mostFiles) throw tooMuch(folder);
  }
  return found;
}

async function leadsToFolder(link: string): Promise<boolean> {
  return (await stat(link).catch(() => undefined))?.isDirectory() === true;
}

function tooMuch(folder: string) {
  return sourceTooLarge(folder, { language: "Rust", files: mostFiles, bytes: mostBytes });
}
