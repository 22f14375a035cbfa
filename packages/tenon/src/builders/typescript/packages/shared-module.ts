import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sharedMissing, sharedVersionMismatch } from "../../../errors/factories/script-build.js";
import type { SharedModule } from "../../../runtime/package-choice.js";
import { semanticVersions } from "../../../runtime/semantic-versions.js";
import { type InstalledPackage, type InstalledPackages, rangeOf } from "./installed-package.js";

/** What Node imports in place of the plugin's own copy. */
export interface HostModule {
  readonly specifier: string;
  readonly from: string;
}

/** An import of a shared package. */
export interface SharedImport {
  /** As it is named in `shared`. */
  readonly name: string;
  /** As the file imports it: `react/jsx-runtime`. */
  readonly specifier: string;
  /** The absolute path of the importing file. */
  readonly importer: string;
}

/**
 * Finds the host's copy of a package, and compares its version with what the importing package and the manifest need.
 *
 * @throws TENON_SHARED_MISSING, TENON_SHARED_VERSION
 */
export function hostModule(
  { name, specifier, importer }: SharedImport,
  { url, range }: SharedModule,
  packages: InstalledPackages,
): HostModule {
  const from = url === undefined ? hostProgram() : fileURLToPath(url);
  const found = url === undefined ? packages.find(name, dirname(from)) : packages.around(dirname(from));
  if (found === undefined && url === undefined && !canResolve(specifier, from))
    throw sharedMissing(name, importer, from);
  if (found !== undefined && (url === undefined || found.fields.name === name)) {
    const own = packages.around(dirname(importer));
    expectVersion(name, found, range, "the plugin's manifest");
    if (own !== undefined) expectVersion(name, found, rangeOf(own, name), own.file);
  }
  return { specifier: url !== undefined && specifier === name ? url : specifier, from };
}

function expectVersion(name: string, found: InstalledPackage, range: string | undefined, source: string): void {
  const { version } = found.fields;
  const { satisfies, valid, validRange } = semanticVersions();
  // A path, an address or a tag says nothing about versions.
  if (range === undefined || validRange(range) === null || typeof version !== "string" || valid(version) === null)
    return;
  if (satisfies(version, range, { includePrerelease: true })) return;
  throw sharedVersionMismatch({ name, version, folder: found.folder, range, source });
}

/** The file from which the host's program started: what it imports, it finds from there. */
function hostProgram(): string {
  return process.argv[1] ?? join(process.cwd(), "host.js");
}

function canResolve(specifier: string, from: string): boolean {
  try {
    createRequire(from).resolve(specifier);
    return true;
  } catch {
    return false;
  }
}
