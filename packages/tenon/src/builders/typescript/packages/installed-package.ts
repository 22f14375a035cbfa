import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { readRegularFileSync } from "../../../runtime/regular-file.js";
import { type FileState, type FileStates, hasStamp, stateOf } from "../files/file-state.js";

/** A package on disk. */
export interface InstalledPackage {
  readonly folder: string;
  /** The path of its package.json. */
  readonly file: string;
  readonly fields: PackageFields;
}

/** The fields of a package.json that are looked at here, as they are in the file. */
export interface PackageFields {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly type?: unknown;
  readonly gypfile?: unknown;
  readonly dependencies?: unknown;
  readonly peerDependencies?: unknown;
  readonly optionalDependencies?: unknown;
  readonly devDependencies?: unknown;
}

const largest = 4 * 1024 * 1024;

/** Finds installed packages as Node does. Looks at each package.json once. */
export class InstalledPackages {
  readonly #read = new Map<string, Known | undefined>();

  /** The package.json files that were read: what was found depends on them. */
  get states(): FileStates {
    return new Map([...this.#read].flatMap(([file, known]) => (known === undefined ? [] : [[file, known.state]])));
  }

  /** Returns the package that a file in the folder would import by this name. */
  find(name: string, folder: string): InstalledPackage | undefined {
    for (let at = folder; ; at = dirname(at)) {
      const found = this.#at(join(at, "node_modules", name));
      if (found !== undefined) return found;
      if (dirname(at) === at) return undefined;
    }
  }

  /** Returns the package that a folder belongs to. */
  around(folder: string): InstalledPackage | undefined {
    for (let at = folder; ; at = dirname(at)) {
      const found = this.#at(at);
      if (found !== undefined) return found;
      if (dirname(at) === at) return undefined;
    }
  }

  #at(folder: string): InstalledPackage | undefined {
    const file = join(folder, "package.json");
    if (!this.#read.has(file)) this.#read.set(file, read(folder, file));
    return this.#read.get(file)?.found;
  }
}

/** What packages depend on that find a native module next to the calling file, which a bundle moves. */
const loaders = [
  "bindings",
  "node-gyp-build",
  "node-gyp-build-optional-packages",
  "@mapbox/node-pre-gyp",
  "node-pre-gyp",
];

/** Whether a package loads a native module that was built for it: it cannot be bundled. */
export function isNative({ folder, fields }: InstalledPackage): boolean {
  const needed = Object.keys(objectOf(fields.dependencies));
  return (
    fields.gypfile === true || loaders.some((name) => needed.includes(name)) || existsSync(join(folder, "binding.gyp"))
  );
}

/** The range of versions of another package that a package's manifest names. */
export function rangeOf({ fields }: InstalledPackage, name: string): string | undefined {
  const { peerDependencies, dependencies, optionalDependencies, devDependencies } = fields;
  for (const list of [peerDependencies, dependencies, optionalDependencies, devDependencies]) {
    const range = objectOf(list)[name];
    if (typeof range === "string") return range;
  }
  return undefined;
}

interface Known {
  readonly state: FileState;
  readonly found: InstalledPackage;
}

/** The last package.json files that were read, by path. They are the same for all plugins that use a package. */
const known = new Map<string, Known>();
const mostKnown = 256;

function read(folder: string, file: string): Known | undefined {
  try {
    if (statSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
    const kept = known.get(file);
    if (kept !== undefined && hasStamp(file, kept.state)) return kept;
    const { content, stats } = readRegularFileSync(file, largest);
    const fields: unknown = JSON.parse(content.toString("utf8"));
    if (typeof fields !== "object" || fields === null) return undefined;
    const one: Known = { state: stateOf(stats, content), found: { folder, file, fields } };
    known.delete(file);
    known.set(file, one);
    for (const oldest of known.keys()) {
      if (known.size <= mostKnown) break;
      known.delete(oldest);
    }
    return one;
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
