import { dirname, resolve } from "node:path";
import type { BuildResult } from "esbuild";
import { noChoice, type PackageChoice } from "../../runtime/package-choice.js";
import type { WorkerScript } from "../../runtime/script.js";
import { builtScript } from "./built-script.js";
import { esbuild } from "./bundler/esbuild.js";
import { nativeModules, ownPackage } from "./bundler/resolution.js";
import { checkMetadata } from "./decorator-metadata.js";
import { type FileStates, readState, statesOf } from "./files/file-state.js";
import { type Lookup, lookupStates, lookupsOf } from "./lookups.js";
import { buildError } from "./messages.js";
import { type FileNotes, moduleFiles, newNotes } from "./module-files.js";
import { externalNotes, externalPackages } from "./packages/external-packages.js";
import { noteLibraryImports } from "./packages/library-imports.js";
import type { BuiltScript } from "./script-build.js";
import { scriptOptions } from "./script-options.js";
import { buildSingleFile } from "./single-file.js";
import { buildWorker } from "./worker-files.js";

const clockTick = 50;

/** A build, with the state of every file that it depends on. */
export interface Build {
  readonly built: BuiltScript;
  readonly states: FileStates;
}

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
export async function buildScript(entry: string, packages: PackageChoice = noChoice): Promise<Build> {
  return (await buildSingleFile(entry, packages)) ?? buildBundle(entry, packages);
}

async function buildBundle(entry: string, packages: PackageChoice): Promise<Build> {
  const { build } = await esbuild();
  const folder = dirname(entry);
  const notes = newNotes();
  const external = externalNotes();
  // Times of files are those of the kernel's clock, which may be a little late.
  const begun = Date.now() - clockTick;
  const settings = await lookupStates(new Map([[entry, await readState(entry)]]), []);
  let result: BuildResult<{ write: false; metafile: true }>;
  try {
    const plugins = [
      moduleFiles(entry, notes, external.packages),
      externalPackages(packages, external),
      ownPackage(),
      nativeModules(),
    ];
    result = await build({ ...scriptOptions(folder), entryPoints: [entry], plugins });
  } catch (cause) {
    throw external.refused ?? buildError(cause, folder, notes.shifts);
  }
  noteLibraryImports(result.metafile, folder, notes.libraryPaths, external.packages);
  const { scripts: workers, lookups: workerLookups } = await buildWorkers(notes);
  const { findings, configurations } = await checkMetadata(notes.decorated);
  const others = await statesOf(configurations);
  const outside = [...external.modules.values()];
  const looked = await lookupStates(
    notes.states,
    [...lookupsOf(result.metafile, folder), ...workerLookups, ...outside],
    begun,
  );
  const sourceOf = (name: string) => resolve(folder, name);
  const built = builtScript({ entry, result, notes, external, workers, findings, sourceOf });
  return { built, states: new Map([...looked, ...settings, ...others, ...external.packages.states, ...notes.states]) };
}

/** Builds the files that are started as threads, and those that these start. What they depend on is added to the notes. */
async function buildWorkers(notes: FileNotes) {
  const scripts: WorkerScript[] = [];
  const lookups: Lookup[] = [];
  // A thread may start further threads, or one like itself: the set grows while it is walked.
  for (const file of notes.workers) {
    const built = await buildWorker(file, scriptOptions(dirname(file)));
    for (const [path, state] of built.notes.states) notes.states.set(path, state);
    for (const path of built.notes.decorated) notes.decorated.add(path);
    for (const path of built.notes.workers) notes.workers.add(path);
    scripts.push(built.script);
    lookups.push(...built.lookups);
  }
  return { scripts: scripts.sort((a, b) => (a.file < b.file ? -1 : 1)), lookups };
}
