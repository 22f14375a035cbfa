import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { errors } from "../../errors/index.js";
import { digest } from "../../runtime/module-store.js";

const mostFiles = 4000;
const mostBytes = 64 * 1024 * 1024;
const deepestFolder = 12;

/** The source of a plugin in Rust, as far as it lies in its own folder. */
export interface RustSources {
  /** Absolute paths, in order. */
  readonly paths: readonly string[];
  /** Tells the content and the name of every file. */
  readonly digest: string;
}

/**
 * Reads all files of a plugin's folder: any of them may go into it by `include_str!`, a macro or a build script. What
 * cargo makes (`target`, a lock file aside) and hidden files are passed over, but cargo's own settings are not.
 *
 * @throws TENON_SOURCE_INVALID where it is too much
 */
export async function readSources(folder: string): Promise<RustSources> {
  const names = (await namesIn(folder, "", 0)).sort();
  const parts: (string | Uint8Array)[] = [];
  let bytes = 0;
  for (const name of names) {
    // It may be gone by now.
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
  return errors.TENON_SOURCE_INVALID({
    message: `${folder} holds more than ${mostFiles} files or ${mostBytes} bytes besides its folder target`,
    subject: folder,
    fix: { text: "Move what is no part of the plugin out of its folder." },
  });
}
