import { isBuiltin } from "node:module";
import { dirname } from "node:path";
import type { ImportKind, Plugin } from "esbuild";
import { isTenonError, type TenonError } from "../../../errors/error.js";
import { type PackageChoice, packageOf } from "../../../runtime/package-choice.js";
import type { ExternalModule } from "../../../runtime/script.js";
import { isOwnFile } from "../resolution.js";
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
const kinds: Partial<Record<ImportKind, ExternalModule["kind"]>> = {
  "import-statement": "import",
  "dynamic-import": "dynamic",
  "require-call": "require",
  "require-resolve": "require",
};

/**
 * Leaves packages to Node: those that are named, those that the host shares, and those that load a native module from
 * their own folder.
 */
export function externalPackages({ external, shared }: PackageChoice, notes: ExternalNotes): Plugin {
  const named = new Set(external);
  const names = Object.keys(shared);
  /** The longest name wins: `app/api` before `app`. */
  const sharedName = (path: string) =>
    names.filter((name) => path === name || path.startsWith(`${name}/`)).sort((a, b) => b.length - a.length)[0];
  return {
    name: "tenon-external-packages",
    setup(build) {
      build.onResolve({ filter: /^tenon-external:/ }, ({ path }) => ({ path, external: true }));
      build.onResolve({ filter: /^[^./]/ }, (request) => {
        const kind = kinds[request.kind];
        const { path, importer, resolveDir } = request;
        const name = packageOf(path);
        if (kind === undefined || name === undefined || isBuiltin(path) || isOwnFile(importer)) return undefined;
        const from = request.namespace === "file" ? importer : `${resolveDir}/index.js`;
        const host = sharedName(path);
        try {
          if (host !== undefined) {
            const found = hostModule(
              { name: host, specifier: path, importer: from },
              shared[host] ?? {},
              notes.packages,
            );
            return resolved(kind, found.specifier, found.from);
          }
        } catch (thrown) {
          if (!isTenonError(thrown)) throw thrown;
          notes.refused ??= thrown;
          return { errors: [{ text: thrown.message }] };
        }
        const installed = notes.packages.find(name, dirname(from));
        // A package that is not installed is reported by the bundler, with the place of the import.
        if (installed === undefined || !(named.has(name) || isNative(installed))) return undefined;
        return resolved(kind, path, from);
      });
      // Only an ES module gives an importing file the default export of another, whatever the file's own kind is.
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: `export * from ${JSON.stringify(path)}; export { default } from ${JSON.stringify(path)};`,
        loader: "js",
      }));
    },
  };

  function resolved(kind: ExternalModule["kind"], specifier: string, from: string) {
    // Node resolves alike from every file of a folder.
    const token = `${scheme}${kind}:${specifier}:${dirname(from)}`;
    notes.modules.set(token, { token, kind, specifier, from });
    return kind === "import" ? { path: token, namespace } : { path: token, external: true };
  }
}
