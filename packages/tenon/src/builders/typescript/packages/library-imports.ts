import { existsSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import type { Metafile } from "esbuild";
import { packageOf } from "../../../runtime/package-choice.js";
import type { ExternalModule, Library } from "../../../runtime/script.js";
import type { FileState } from "../files/file-state.js";
import { kinds } from "./external-packages.js";
import type { InstalledPackage, InstalledPackages } from "./installed-package.js";
import { keptLibrary } from "./library-files.js";

/** An import, as the bundler names it. */
type Import = Omit<ExternalModule, "token">;

/** Which file the bundler found for an import of a package, as long as the package's package.json is the same. */
const found = new Map<string, { readonly installed: InstalledPackage; readonly path: string }>();
const mostFound = 256;

/** Remembers which imports of a bundle lead to a library. The next plugin that uses the package need not ask the bundler. */
export function noteLibraryImports(
  { inputs }: Metafile,
  folder: string,
  libraryPaths: ReadonlySet<string>,
  packages: InstalledPackages,
): void {
  if (libraryPaths.size === 0) return;
  for (const [importer, { imports }] of Object.entries(inputs)) {
    const from = resolve(folder, importer);
    for (const { path: target, original, kind: named } of imports) {
      const [path, kind] = [resolve(folder, target), kinds[named]];
      if (original === undefined || kind === undefined || !libraryPaths.has(path)) continue;
      const installed = packageFor({ specifier: original, kind, from }, packages);
      // A tsconfig.json may have led elsewhere.
      if (installed === undefined || !path.startsWith(realpathSync(installed.folder) + sep)) continue;
      found.set(keyOf(kind, original, installed), { installed, path });
    }
  }
  for (const oldest of found.keys()) {
    if (found.size <= mostFound) break;
    found.delete(oldest);
  }
}

/** Returns the library that an import leads to, if it is known and no file has changed. */
export async function knownLibrary(
  request: Import,
  packages: InstalledPackages,
): Promise<{ readonly library: Library; readonly path: string; readonly state: FileState } | undefined> {
  const installed = packageFor(request, packages);
  if (installed === undefined) return undefined;
  const known = found.get(keyOf(request.kind, request.specifier, installed));
  // An object of its own stands for each content of the file.
  if (known === undefined || known.installed !== installed) return undefined;
  const kept = await keptLibrary(known.path);
  return kept && { ...kept, path: known.path };
}

/** The package that an import leads to, if nothing but its place decides that. */
function packageFor({ specifier, from }: Import, packages: InstalledPackages): InstalledPackage | undefined {
  const name = packageOf(specifier);
  if (name === undefined) return undefined;
  const folder = dirname(from);
  const installed = packages.find(name, folder);
  // A package can import itself.
  if (installed === undefined || packages.around(folder)?.fields.name === name) return undefined;
  for (let at = folder; join(at, "node_modules", name) !== installed.folder; at = dirname(at))
    if (mayHave(join(at, "node_modules"), name)) return undefined;
  return installed;
}

/** Whether a folder may have what an import of the name means: a folder without package.json, or a file. */
function mayHave(folder: string, name: string): boolean {
  const [first = ""] = name.split("/");
  return existsSync(folder) && readdirSync(folder).some((each) => each === first || each.startsWith(`${first}.`));
}

function keyOf(kind: Import["kind"], specifier: string, { folder }: InstalledPackage): string {
  return `${kind}\n${specifier}\n${folder}`;
}
