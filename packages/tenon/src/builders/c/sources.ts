import { readdir } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { sourceTooLarge, sourceUnreadable } from "../../errors/factories/module-build.js";
import type { Artifact } from "../../runtime/index.js";
import { readRegularFile } from "../../runtime/regular-file.js";

const mostFiles = 2000;
const mostBytes = 64 * 1024 * 1024;
const deepestFolder = 10;

/** A file of the plugin's source. */
export interface SourceFile {
  readonly path: string;
  /** Relative to the plugin's folder, with `/`. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** The source of a plugin in C. */
export interface CSources {
  readonly folder: string;
  /** Every `.c` and `.h` file, by name. */
  readonly files: readonly SourceFile[];
  /** The contract and the manifest next to them. */
  readonly metadata: readonly string[];
}

/**
 * Reads the source of a plugin: one `.c` file, or all `.c` and `.h` files of a folder and its subfolders.
 *
 * @throws TENON_SOURCE_INVALID if there is too much of it, or a file that is not a regular one
 */
export async function readSources({ path, kind, given }: Artifact): Promise<CSources> {
  const folder = kind === "folder" ? path : dirname(path);
  const found = kind === "folder" ? await sourcePaths(path, 0) : [path];
  const files: SourceFile[] = [];
  let bytes = 0;
  for (const file of found.sort()) {
    const { content } = await readRegularFile(file).catch((cause: Error) => {
      throw sourceUnreadable(file, cause.message);
    });
    bytes += content.length;
    if (bytes > mostBytes || files.length >= mostFiles)
      throw sourceTooLarge(given, { language: "C", files: mostFiles, bytes: mostBytes });
    files.push({ path: file, name: relative(folder, file).replaceAll("\\", "/"), content });
  }
  return { folder, files, metadata: await metadataOf(folder, kind === "file" ? basename(path, ".c") : undefined) };
}

async function sourcePaths(folder: string, depth: number): Promise<string[]> {
  const found: string[] = [];
  for (const item of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, item.name);
    if (item.name.startsWith(".") || item.name === "node_modules") continue;
    if (item.isDirectory()) {
      if (depth < deepestFolder) found.push(...(await sourcePaths(path, depth + 1)));
    } else if (/\.[ch]$/.test(item.name) && found.length <= mostFiles) found.push(path);
  }
  return found;
}

async function metadataOf(folder: string, stem: string | undefined): Promise<readonly string[]> {
  const names = await readdir(folder);
  const own = (name: string) =>
    stem === undefined
      ? name.endsWith(".wit") || name === "tenon.json" || name === "package.json"
      : name.endsWith(".wit") || name === `${stem}.tenon.json`;
  return names.filter(own).map((name) => join(folder, name));
}
