import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { readRegularFileSync } from "../../../runtime/regular-file.js";

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

/** Finds installed packages as Node does. Reads each package.json once. */
export class InstalledPackages {
  readonly #read = new Map<string, InstalledPackage | undefined>();

  /** The package.json files that were read: what was found depends on them. */
  get files(): readonly string[] {
    return [...this.#read].filter(([, found]) => found !== undefined).map(([file]) => file);
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
    return this.#read.get(file);
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

function read(folder: string, file: string): InstalledPackage | undefined {
  try {
    const fields: unknown = JSON.parse(readRegularFileSync(file, largest).content.toString("utf8"));
    return typeof fields === "object" && fields !== null ? { folder, file, fields } : undefined;
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
