import { createHash } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildOptions, BuildResult, Metafile } from "esbuild";
import { scriptOutputMissing } from "../../errors/factories/script-build.js";
import { noChoice, type PackageChoice } from "../../runtime/package-choice.js";
import { type BuiltScript, packedMap, scriptClosing, scriptOpening, type WorkerScript } from "../../runtime/script.js";
import { checkMetadata } from "./decorator-metadata.js";
import { esbuild } from "./esbuild.js";
import { exportedNames } from "./exported-names.js";
import { type FileStates, readState } from "./file-state.js";
import { buildError } from "./messages.js";
import { type FileNotes, metaName, moduleFiles, newNotes } from "./module-files.js";
import { externalNotes, externalPackages } from "./packages/external-packages.js";
import { isOwnFile, nativeModules, ownPackage } from "./resolution.js";
import { buildWorker } from "./worker-files.js";

/**
 * Bundles an entry file with everything that it imports into one script, with source maps to the original files.
 *
 * Runs no plugin code. Node's own modules and native modules (`.node`) are left to `require`. If the plugin's folder has a
 * tsconfig.json, esbuild uses its compiler options.
 *
 * @param entry The absolute path of the file.
 * @param packages The packages that are not bundled.
 * @returns The script, and the state of every file that it depends on.
 * @throws TENON_SYNTAX, TENON_BUILD_FAILED, TENON_SHARED_MISSING, TENON_SHARED_VERSION
 */
export async function buildScript(
  entry: string,
  packages: PackageChoice = noChoice,
): Promise<{ readonly built: BuiltScript; readonly states: FileStates }> {
  const { build } = await esbuild();
  const folder = dirname(entry);
  const notes = newNotes();
  const external = externalNotes();
  const settings = await statesOf(["tsconfig.json", "package.json"].map((name) => join(folder, name)));
  let result: BuildResult<{ write: false; metafile: true }>;
  try {
    const plugins = [
      moduleFiles(entry, notes, external.packages),
      externalPackages(packages, external),
      ownPackage(),
      nativeModules(),
    ];
    result = await build({ ...options(folder), entryPoints: [entry], plugins });
  } catch (cause) {
    throw external.refused ?? buildError(cause, folder, notes.shifts);
  }
  const text = result.outputFiles.find(({ path }) => path.endsWith(".cjs"))?.text;
  const map = result.outputFiles.find(({ path }) => path.endsWith(".map"))?.text;
  if (text === undefined || map === undefined) throw scriptOutputMissing(entry);
  const workers = await buildWorkers(notes);
  const { findings, configurations } = await checkMetadata(notes.decorated);
  const others = [...external.packages.files, ...configurations];
  const manifests = await statesOf(others.filter((path) => !settings.has(path)));
  const externals = usedBy(result.metafile, external.modules);
  const libraries = usedBy(result.metafile, notes.libraries);
  const body = text.replace(/^#!.*/, "");
  const hash = createHash("sha256").update(body);
  for (const { file, code } of workers) hash.update(`\0${file}\0${code}`);
  const fingerprint = hash.digest("hex");
  const built: BuiltScript = {
    script: {
      code: body,
      map: packedMap(absoluteSources(map, folder)),
      name: join(folder, `${basename(entry)}.${fingerprint.slice(0, 8)}.tenon.cjs`),
      entry,
      shifts: Object.fromEntries([...notes.shifts].map(([path, columns]) => [pathToFileURL(path).href, columns])),
      ...(externals.length === 0 ? {} : { externals }),
      ...(libraries.length === 0 ? {} : { libraries }),
      ...(workers.length === 0 ? {} : { workers }),
    },
    fingerprint: `sha256:${fingerprint}`,
    inputs: [...notes.states.keys()].filter((path) => !isOwnFile(path)),
    exports: exportedNames(text),
    ...(findings.length === 0 ? {} : { findings }),
  };
  return { built, states: new Map([...settings, ...manifests, ...notes.states]) };
}

/** Builds the files that are started as threads, and those that these start. What they depend on is added to the notes. */
async function buildWorkers(notes: FileNotes): Promise<readonly WorkerScript[]> {
  const scripts: WorkerScript[] = [];
  // A thread may start further threads, or one like itself: the set grows while it is walked.
  for (const file of notes.workers) {
    const built = await buildWorker(file, options(dirname(file)));
    for (const [path, state] of built.notes.states) notes.states.set(path, state);
    for (const path of built.notes.decorated) notes.decorated.add(path);
    for (const path of built.notes.workers) notes.workers.add(path);
    scripts.push(built.script);
  }
  return scripts.sort((a, b) => (a.file < b.file ? -1 : 1));
}

function options(folder: string) {
  return {
    absWorkingDir: folder,
    bundle: true,
    write: false,
    metafile: true,
    format: "cjs",
    platform: "node",
    conditions: ["module"],
    target: `node${process.versions.node}`,
    outfile: join(folder, "plugin.tenon.cjs"),
    sourcemap: "external",
    sourcesContent: false,
    charset: "ascii",
    legalComments: "none",
    logLevel: "silent",
    // A script with an importModuleDynamically callback is never garbage-collected, so import() becomes require().
    supported: { "dynamic-import": false },
    define: {
      "import.meta": metaName,
      __dirname: `${metaName}.dirname`,
      __filename: `${metaName}.filename`,
    },
    banner: { js: scriptOpening },
    footer: { js: scriptClosing },
  } as const satisfies BuildOptions;
}

async function statesOf(paths: readonly string[]): Promise<FileStates> {
  return new Map(await Promise.all(paths.map(async (path) => [path, await readState(path)] as const)));
}

/** Returns the modules that are still imported once the unused code is gone. */
function usedBy<T extends { readonly token: string }>(
  { outputs }: Metafile,
  modules: ReadonlyMap<string, T>,
): readonly T[] {
  const paths = new Set(Object.values(outputs).flatMap(({ imports }) => imports.map(({ path }) => path)));
  return [...modules.values()].filter(({ token }) => paths.has(token)).sort((a, b) => (a.token < b.token ? -1 : 1));
}

function absoluteSources(map: string, folder: string): string {
  const parsed = JSON.parse(map) as { sources: string[] };
  parsed.sources = parsed.sources.map((source) => pathToFileURL(resolve(folder, source)).href);
  return JSON.stringify(parsed);
}
