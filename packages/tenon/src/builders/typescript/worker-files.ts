import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { BuildOptions, BuildResult } from "esbuild";
import type { WorkerScript } from "../../runtime/script.js";
import { esbuild } from "./bundler/esbuild.js";
import { nativeModules, ownPackage } from "./bundler/resolution.js";
import { type Lookup, lookupsOf } from "./lookups.js";
import { buildError } from "./messages.js";
import { type FileNotes, metaName, moduleFiles, newNotes } from "./module-files.js";
import { withoutComments } from "./without-comments.js";

const started =
  /\bnew\s+(?:[\w$]+\.)?Worker\s*\(\s*new\s+URL\s*\(\s*(["'])(?<path>\.{1,2}\/[^"'\n]+\.(?:[cm]?ts|tsx))\1\s*,\s*import\.meta\.url\s*\)/g;

/** Returns the TypeScript files that a file starts as threads: `new Worker(new URL("./worker.ts", import.meta.url))`. */
export function workerFiles(file: string, text: string): readonly string[] {
  if (!text.includes("Worker")) return [];
  return [...withoutComments(text).matchAll(started)]
    .map(({ groups }) => resolve(dirname(file), groups?.path ?? ""))
    .filter((path) => existsSync(path));
}

// What the code of a module lacks, compared to the file that it was built from.
const opening = (file: string): string =>
  `var __tenon_module=(path)=>({url:require("node:url").pathToFileURL(path).href,filename:path,dirname:require("node:path").dirname(path)}),` +
  `${metaName}=__tenon_module(${JSON.stringify(file)});`;

/**
 * Bundles a file that a plugin starts as a thread, with everything that it imports, into the code of a
 * CommonJS module.
 *
 * @throws TENON_SYNTAX, TENON_BUILD_FAILED
 */
export async function buildWorker(
  file: string,
  shared: BuildOptions,
): Promise<{ readonly script: WorkerScript; readonly notes: FileNotes; readonly lookups: readonly Lookup[] }> {
  const { build } = await esbuild();
  const folder = dirname(file);
  const notes = newNotes();
  let result: BuildResult<{ write: false; metafile: true }>;
  try {
    result = await build({
      ...shared,
      write: false,
      metafile: true,
      absWorkingDir: folder,
      outfile: join(folder, "worker.tenon.cjs"),
      sourcemap: "inline",
      banner: { js: opening(file) },
      footer: {},
      entryPoints: [file],
      plugins: [moduleFiles(file, notes), ownPackage(), nativeModules()],
    });
  } catch (cause) {
    throw buildError(cause, folder, notes.shifts);
  }
  const code = result.outputFiles[0]?.text ?? "";
  const hash = createHash("sha256").update(code).digest("hex").slice(0, 8);
  const name = join(folder, `${basename(file)}.${hash}.tenon.cjs`);
  return { script: { file, name, code }, notes, lookups: lookupsOf(result.metafile, folder) };
}
