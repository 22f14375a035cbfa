import { readFileSync, statSync } from "node:fs";
import { dirname, extname, isAbsolute, join, resolve } from "node:path";
import type { Metafile } from "esbuild";
import { packageOf } from "../../runtime/package-choice.js";
import { isOwnFile } from "./bundler/resolution.js";
import { type FileState, type FileStates, statesOf } from "./files/file-state.js";
import { withoutComments } from "./without-comments.js";

/** An import, by the file that has it. */
export interface Lookup {
  readonly specifier: string;
  readonly from: string;
  /** The absolute path of what was found, if that is a file. */
  readonly found?: string | undefined;
}

/** What a bundler appends to a path, in any order. */
const extensions = ["", ".tsx", ".ts", ".jsx", ".js", ".mts", ".mjs", ".cts", ".cjs", ".css", ".json"];
/** A state that no file has: what depends on it is built each time. */
const unknown: FileState = { hash: "unknown", stamp: undefined };

/** Returns the imports of a bundle, as its files have them. */
export function lookupsOf({ inputs }: Metafile, folder: string): readonly Lookup[] {
  return Object.entries(inputs).flatMap(([importer, { imports }]) => {
    const from = resolve(folder, importer);
    if (isOwnFile(from)) return [];
    return imports.flatMap(({ original, path, external }) =>
      original === undefined
        ? []
        : [{ specifier: original, from, found: external ? undefined : resolve(folder, path) }],
    );
  });
}

/**
 * Returns the states of everything that decides where imports lead, other than the files that were found: of package.json and
 * tsconfig.json files, and of the places where something else would have been found first. Most are absent, and must stay so.
 *
 * @param known the states of the files of a script, which are not read again.
 * @param since when the build began, in milliseconds: what changed later may not be what the build has seen.
 */
export async function lookupStates(
  known: FileStates,
  lookups: readonly Lookup[],
  since = Number.POSITIVE_INFINITY,
): Promise<FileStates> {
  const files = [...known.keys()].filter((path) => !isOwnFile(path));
  const paths = new Set<string>();
  const folders = new Set<string>();
  for (const file of files)
    for (let at = dirname(file); !folders.has(at); at = dirname(at)) {
      folders.add(at);
      paths.add(join(at, "package.json"));
      paths.add(join(at, "tsconfig.json"));
    }
  const configurations = new Configurations(paths);
  for (const folder of folders) configurations.read(join(folder, "tsconfig.json"));
  for (const lookup of lookups) addPlaces(lookup, paths, configurations);
  const states = new Map(await statesOf([...paths].filter((path) => !known.has(path))));
  for (const [path, { hash }] of states) if (hash !== "absent" && hasChanged(path, since)) states.set(path, unknown);
  if (configurations.isUnreadable) states.set(join(files[0] ?? "", "tsconfig.json"), unknown);
  return states;
}

function hasChanged(path: string, since: number): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.ctimeMs > since;
}

function addPlaces({ specifier, from, found }: Lookup, paths: Set<string>, configurations: Configurations): void {
  if (found !== undefined) addFiles(found.slice(0, found.length - extname(found).length), paths);
  if (/^\.{1,2}(?:\/|$)/.test(specifier) || isAbsolute(specifier)) addBase(resolve(dirname(from), specifier), paths);
  else {
    for (const base of configurations.basesFor(specifier)) addBase(base, paths);
    addPackage(specifier, dirname(from), paths);
  }
}

/** Where `path` may be a file, or a folder with one. */
function addBase(path: string, paths: Set<string>): void {
  addFiles(path, paths);
  addFiles(path.slice(0, path.length - extname(path).length), paths);
  if (!isFolder(path)) return;
  paths.add(join(path, "package.json"));
  addFiles(join(path, "index"), paths);
}

function addFiles(path: string, paths: Set<string>): void {
  for (const extension of extensions) paths.add(path + extension);
}

/** Where a package is looked for, up to the folder that has it. */
function addPackage(specifier: string, folder: string, paths: Set<string>): void {
  const name = packageOf(specifier);
  if (name === undefined) return;
  for (let at = folder; ; at = dirname(at)) {
    const modules = join(at, "node_modules");
    if (isFolder(modules)) {
      addBase(join(modules, specifier), paths);
      if (name !== specifier) addFiles(join(modules, name), paths);
      paths.add(join(modules, name, "package.json"));
      if (isFolder(join(modules, name))) return;
    } else paths.add(modules);
    if (dirname(at) === at) return;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The tsconfig.json files of a script, with those that they extend: what they say about where imports lead. */
class Configurations {
  /** Whether one says something that is not understood here. */
  isUnreadable = false;
  readonly #paths: Set<string>;
  readonly #read = new Set<string>();
  readonly #targets: { readonly pattern: string; readonly target: string }[] = [];
  readonly #roots = new Set<string>();

  constructor(paths: Set<string>) {
    this.#paths = paths;
  }

  read(path: string): void {
    if (this.#read.has(path)) return;
    this.#read.add(path);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return;
    try {
      const text = readFileSync(path, "utf8");
      if (!/"(?:paths|baseUrl|extends)"/.test(text)) return;
      this.#follow(dirname(path), JSON.parse(withoutComments(text).replace(/,(?=\s*[}\]])/g, "")));
    } catch {
      this.isUnreadable = true;
    }
  }

  #follow(folder: string, configuration: any): void {
    const { baseUrl, paths = {} } = configuration.compilerOptions ?? {};
    const root = resolve(folder, baseUrl ?? ".");
    if (baseUrl !== undefined) this.#roots.add(root);
    for (const [pattern, targets] of Object.entries(paths as Record<string, readonly string[]>))
      for (const target of targets) this.#targets.push({ pattern, target: resolve(root, target) });
    for (const extended of [configuration.extends ?? []].flat() as string[]) {
      for (const place of placesOf(extended, folder)) {
        this.#paths.add(place);
        this.read(place);
      }
    }
  }

  /** Returns the paths that an import may mean, without their extensions. */
  *basesFor(specifier: string): Iterable<string> {
    for (const root of this.#roots) yield resolve(root, specifier);
    for (const { pattern, target } of this.#targets) {
      const [before = "", after] = pattern.split("*");
      if (after === undefined ? specifier !== pattern : !specifier.startsWith(before) || !specifier.endsWith(after))
        continue;
      yield target.replace("*", () => specifier.slice(before.length, specifier.length - (after?.length ?? 0)));
    }
  }
}

/** Where an extended tsconfig.json may be. */
function placesOf(extended: string, folder: string): readonly string[] {
  const places: string[] = [];
  const add = (path: string) =>
    places.push(path, `${path}.json`, join(path, "tsconfig.json"), join(path, "package.json"));
  if (/^\.{1,2}(?:\/|$)/.test(extended) || isAbsolute(extended)) add(resolve(folder, extended));
  else
    for (let at = folder; ; at = dirname(at)) {
      add(join(at, "node_modules", extended));
      if (dirname(at) === at) break;
    }
  return places;
}
