import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildResult, Metafile } from "esbuild";
import { scriptOutputMissing } from "../../errors/factories/script-build.js";
import type { Finding } from "../../errors/index.js";
import { sameMap } from "../../runtime/same-map.js";
import { packedMap, scriptOpening, strictOpening, type WorkerScript } from "../../runtime/script.js";
import { isOwnFile } from "./bundler/resolution.js";
import { exportedNames } from "./exported-names.js";
import type { FileNotes } from "./module-files.js";
import { withSharedGetters } from "./namespaces.js";
import type { ExternalNotes } from "./packages/external-packages.js";
import type { PlainModule } from "./plain-module.js";
import type { BuiltScript } from "./script-build.js";

/** What the bundler answers, and what was noted meanwhile. */
export interface Bundle {
  readonly entry: string;
  readonly result: BuildResult<{ write: false; metafile: true }>;
  readonly notes: FileNotes;
  readonly external: ExternalNotes;
  readonly workers?: readonly WorkerScript[];
  readonly findings?: readonly Finding[];
  /** Returns the absolute path of a file that the source map names. */
  sourceOf(name: string): string;
}

/** Makes a script of a bundle. */
export function builtScript({ entry, result, notes, external, sourceOf, workers = [], findings = [] }: Bundle) {
  const text = result.outputFiles.find(({ path }) => path.endsWith(".cjs"))?.text;
  const map = result.outputFiles.find(({ path }) => path.endsWith(".map"))?.text;
  if (text === undefined || map === undefined) throw scriptOutputMissing(entry);
  const externals = usedBy(result.metafile, external.modules);
  const libraries = usedBy(result.metafile, notes.libraries);
  const plain = (withSharedGetters(text) ?? text).replace(/^#!.*/, "");
  const isModule = Object.entries(result.metafile.inputs).every(
    ([name, { format }]) => format === "esm" || notes.libraryPaths.has(sourceOf(name)),
  );
  // The code of modules is strict, and that of other files may not be.
  const body = isModule ? plain.replace(scriptOpening, () => strictOpening) : plain;
  const hash = createHash("sha256").update(body);
  for (const { file, code } of workers) hash.update(`\0${file}\0${code}`);
  const fingerprint = hash.digest("hex");
  const built: BuiltScript = {
    script: {
      code: body,
      map: packedMap(absoluteSources(map, sourceOf)),
      name: nameOf(entry, fingerprint),
      entry,
      shifts: Object.fromEntries([...notes.shifts].map(([path, columns]) => [pathToFileURL(path).href, columns])),
      ...(externals.length === 0 ? {} : { externals }),
      ...(libraries.length === 0 ? {} : { libraries }),
      ...(workers.length === 0 ? {} : { workers }),
    },
    fingerprint: `sha256:${fingerprint}`,
    inputs: [...notes.states.keys()].filter((path) => !isOwnFile(path)),
    exports: exportedNames(text),
    ...(findings.length === 0 ? {} : { notes: findings }),
  };
  return built;
}

/** Makes a script of a module that needs no bundler. @param replacements what stands for its imports. */
export function plainScript(
  entry: string,
  { code, shift, exports, imports }: PlainModule,
  { states, libraries }: FileNotes,
  replacements: ReadonlyMap<string, { readonly token: string }>,
): BuiltScript {
  const fingerprint = createHash("sha256").update(code).digest("hex");
  const tokens = new Set(imports.map((specifier) => replacements.get(specifier)?.token));
  const used = [...libraries.values()].filter(({ token }) => tokens.has(token));
  return {
    script: {
      code,
      map: sameMap(pathToFileURL(entry).href, shift),
      name: nameOf(entry, fingerprint),
      entry,
      shifts: {},
      ...(used.length === 0 ? {} : { libraries: used }),
    },
    fingerprint: `sha256:${fingerprint}`,
    inputs: [...states.keys()],
    exports,
  };
}

function nameOf(entry: string, fingerprint: string): string {
  return join(dirname(entry), `${basename(entry)}.${fingerprint.slice(0, 8)}.tenon.cjs`);
}

/** Returns the modules that are still imported once the unused code is gone. */
function usedBy<T extends { readonly token: string }>(
  { outputs }: Metafile,
  modules: ReadonlyMap<string, T>,
): readonly T[] {
  if (modules.size === 0) return [];
  const paths = new Set(Object.values(outputs).flatMap(({ imports }) => imports.map(({ path }) => path)));
  return [...modules.values()].filter(({ token }) => paths.has(token)).sort((a, b) => (a.token < b.token ? -1 : 1));
}

function absoluteSources(map: string, sourceOf: (name: string) => string): string {
  const parsed = JSON.parse(map) as { sources: string[] };
  parsed.sources = parsed.sources.map((source) => pathToFileURL(sourceOf(source)).href);
  return JSON.stringify(parsed);
}
