import { createRequire, isBuiltin } from "node:module";
import { dirname, join, resolve, sep } from "node:path";
import type { Plugin } from "esbuild";

const ownRequire = createRequire(import.meta.url);
const tried = Symbol("tried");
let ownFolder: string | undefined;

/** Whether a file is part of Tenon itself: such files do not change while the host runs. */
export function isOwnFile(path: string): boolean {
  return path.startsWith(own("dist")) || path.startsWith(own("bundle"));
}

function own(folder: "dist" | "bundle"): string {
  ownFolder ??= dirname(ownRequire.resolve("tenon/package.json"));
  return join(ownFolder, folder) + sep;
}

/**
 * Lets a plugin import `tenon` and `tenon/…` also where it has no node_modules: from the host's own copy. What that copy
 * depends on is not bundled: a plugin that really uses it shares the host's.
 */
export function ownPackage(): Plugin {
  return {
    name: "tenon-own-package",
    setup(build) {
      build.onResolve({ filter: /^tenon(?:\/.*)?$/ }, async ({ path, pluginData, kind, resolveDir, importer }) => {
        if (pluginData === tried) return undefined;
        const found = await build.resolve(path, { kind, resolveDir, importer, pluginData: tried });
        if (found.errors.length === 0) return found;
        try {
          return { path: ownRequire.resolve(path), sideEffects: false };
        } catch {
          return { errors: found.errors.map(({ text, notes }) => ({ text, notes })) };
        }
      });
      build.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
        if (!isOwnFile(importer) || isBuiltin(path) || /^tenon(?:\/|$)/.test(path)) return undefined;
        return { path: resolved(path), external: true, sideEffects: false };
      });
    },
  };
}

function resolved(path: string): string {
  try {
    return ownRequire.resolve(path);
  } catch {
    return path;
  }
}

/** Leaves native modules (`.node`) to `require`, by absolute path. */
export function nativeModules(): Plugin {
  return {
    name: "tenon-native-modules",
    setup(build) {
      build.onResolve({ filter: /\.node$/ }, ({ path, resolveDir }) =>
        /^\.{0,2}\//.test(path) ? { path: resolve(resolveDir, path), external: true } : undefined,
      );
      build.onLoad({ filter: /\.node$/, namespace: "file" }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(path)});`,
        loader: "js",
      }));
    },
  };
}
