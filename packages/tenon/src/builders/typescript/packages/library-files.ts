import { createHash } from "node:crypto";
import { basename, dirname, extname } from "node:path";
import { pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";
import { type Library, packedMap, scriptClosing, scriptOpening } from "../../../runtime/script.js";
import { esbuild } from "../bundler/esbuild.js";
import { type FileState, isUnchanged } from "../files/file-state.js";
import type { InstalledPackages } from "./installed-package.js";

/** Below this size, it is not worth a script of its own; above, it is not kept for other plugins. */
const smallest = 16 * 1024;
const largest = 8 * 1024 * 1024;
const mostFiles = 64;
/** What a file that stands alone does not contain: it would mean another file, or a place on the disk. */
const linked = /(?<![.\w$])(?:require|import|export|__dirname|__filename)(?![\w$])/;

/** The last files that were looked at, by the hash of their content; `undefined` for those that do not stand alone. */
const known = new Map<string, Promise<Made | undefined>>();

/** The last libraries, by path, with the state of their files. */
const byPath = new Map<string, { readonly library: Library; readonly state: FileState }>();

/** Returns the library that was made from a file, if the file has not changed. Does not read it. */
export async function keptLibrary(path: string): Promise<{ library: Library; state: FileState } | undefined> {
  const kept = byPath.get(path);
  if (kept === undefined || (await isUnchanged(path, kept.state))) return kept;
  byPath.delete(path);
  return undefined;
}

interface Made {
  readonly code: string;
  readonly name: string;
  readonly token: string;
  /** A source map without its source. */
  readonly map: Readonly<Record<string, unknown>>;
}

/**
 * Makes a script of its own from a large CommonJS file of a package that imports nothing. It is the same for all plugins
 * that use this version of the package, so it is built and compiled once.
 */
export async function libraryFile(
  path: string,
  content: Buffer,
  state: FileState,
  packages: InstalledPackages,
): Promise<Library | undefined> {
  if (content.length < smallest || content.length > largest || !/[\\/]node_modules[\\/]/.test(path)) return undefined;
  const extension = extname(path);
  const isCommonJs =
    extension === ".cjs" || (extension === ".js" && packages.around(dirname(path))?.fields.type !== "module");
  if (!isCommonJs) return undefined;
  const key = `${basename(path)} ${state.hash}`;
  let making = known.get(key);
  known.delete(key);
  // Whatever is wrong with the file is reported when it is bundled.
  making ??= make(path, content.toString("utf8").replace(/^\uFEFF/, "")).catch(() => undefined);
  known.set(key, making);
  const [oldest] = known.keys();
  if (known.size > mostFiles && oldest !== undefined) known.delete(oldest);
  const made = await making;
  if (made === undefined) return undefined;
  const { map, ...rest } = made;
  const packed = packedMap(JSON.stringify({ ...map, sources: [pathToFileURL(path).href] }));
  const library: Library = { ...rest, map: packed, shifts: {} };
  byPath.set(path, { library, state });
  const [first] = byPath.keys();
  if (byPath.size > mostFiles && first !== undefined) byPath.delete(first);
  return library;
}

async function make(path: string, text: string): Promise<Made | undefined> {
  const { transform } = await esbuild();
  const { code: plain, map } = await transform(text.replace(/^#!.*/, ""), {
    loader: "js",
    charset: "ascii",
    legalComments: "none",
    target: `node${process.versions.node}`,
    sourcemap: "external",
    sourcesContent: false,
    sourcefile: path,
    logLevel: "silent",
  });
  // Some comments are kept, unless white space is removed.
  if (linked.test(plain) && linked.test((await transform(plain, { minifyWhitespace: true })).code)) return undefined;
  const code = `${scriptOpening}\n${plain}\n${scriptClosing}\n`;
  // A file with top-level await, for one, is no function.
  compileFunction(code);
  const parsed = JSON.parse(map) as { mappings: string };
  const digest = createHash("sha256").update(code).digest("hex");
  return {
    code,
    name: `${basename(path)}.${digest.slice(0, 16)}.tenon.cjs`,
    token: `tenon-library:${digest}`,
    map: { ...parsed, mappings: `;${parsed.mappings}` },
  };
}
