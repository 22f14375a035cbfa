import { isBuiltin } from "node:module";
import { dirname } from "node:path";
import type { ImportKind, Plugin } from "esbuild";
import { isTenonError, type TenonError } from "../../../errors/error.js";
import { type PackageChoice, packageOf } from "../../../runtime/package-choice.js";
import type { ExternalModule } from "../../../runtime/script.js";
import { isOwnFile } from "../bundler/resolution.js";
import { InstalledPackages, isNative } from "./installed-package.js";
import { hostModule } from "./shared-module.js";

/** What a build records about modules that it does not bundle. */
export interface ExternalNotes {
  /** By token. */
  readonly modules: Map<string, ExternalModule>;
  readonly packages: InstalledPackages;
  /** Why a module cannot be shared. */
  refused?: TenonError;
}

export function externalNotes(): ExternalNotes {
  return { modules: new Map(), packages: new InstalledPackages() };
}

const scheme = "tenon-external:";
const namespace = "tenon-external";
export const kinds: Partial<Record<ImportKind, ExternalModule["kind"]>> = {
  "import-statement": "import",
  "dynamic-import": "dynamic",
  "require-call": "require",
  "require-resolve": "require",
};

/**
 * Leaves packages to Node: those that are named, those that the host shares, and those that load a native module from
 * their own folder.
 */
export function externalPackages(choice: PackageChoice, notes: ExternalNotes): Plugin {
  return {
    name: "tenon-external-packages",
    setup(build) {
      build.onResolve({ filter: /^tenon-external:/ }, ({ path }) => ({ path, external: true }));
      build.onResolve({ filter: /^[^./]/ }, (request) => {
        const kind = kinds[request.kind];
        const { path, importer, resolveDir } = request;
        if (kind === undefined || isBuiltin(path) || isOwnFile(importer)) return undefined;
        const from = request.namespace === "file" ? importer : `${resolveDir}/index.js`;
        try {
          const module = externalModule({ specifier: path, kind, from }, choice, notes.packages);
          if (module === undefined) return undefined;
          notes.modules.set(module.token, module);
          return kind === "import" ? { path: module.token, namespace } : { path: module.token, external: true };
        } catch (thrown) {
          if (!isTenonError(thrown)) throw thrown;
          notes.refused ??= thrown;
          return { errors: [{ text: thrown.message }] };
        }
      });
      // Only an ES module gives an importing file the default export of another, whatever the file's own kind is.
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: `export * from ${JSON.stringify(path)}; export { default } from ${JSON.stringify(path)};`,
        loader: "js",
      }));
    },
  };
}

/**
 * Returns the module that Node loads for an import, or `undefined` if the import is bundled.
 *
 * @throws TENON_SHARED_MISSING, TENON_SHARED_VERSION
 */
export function externalModule(
  { specifier, kind, from }: Omit<ExternalModule, "token">,
  { external, shared }: PackageChoice,
  packages: InstalledPackages,
): ExternalModule | undefined {
  const name = packageOf(specifier);
  if (name === undefined) return undefined;
  // The longest name wins: `app/api` before `app`.
  const host = Object.keys(shared)
    .filter((each) => specifier === each || specifier.startsWith(`${each}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (host !== undefined) {
    const found = hostModule({ name: host, specifier, importer: from }, shared[host] ?? {}, packages);
    return { ...moduleOf(kind, found.specifier, found.from), isShared: true };
  }
  const installed = packages.find(name, dirname(from));
  // A package that is not installed is reported by the bundler, with the place of the import.
  if (installed === undefined || !(external.includes(name) || isNative(installed))) return undefined;
  return moduleOf(kind, specifier, from);
}

function moduleOf(kind: ExternalModule["kind"], specifier: string, from: string): ExternalModule {
  // Node resolves alike from every file of a folder.
  return { token: `${scheme}${kind}:${specifier}:${dirname(from)}`, kind, specifier, from };
}
