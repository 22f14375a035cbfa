import { isBuiltin } from "node:module";
import { dirname, join, resolve, sep } from "node:path";
import type { Plugin } from "esbuild";
import { ownResolve } from "../../../runtime/own-package.js";

const tried = Symbol("tried");
let ownFolders: readonly string[] | undefined;

/** Whether a file is part of Tenon itself. Such files do not change while the host runs. */
export function isOwnFile(path: string): boolean {
  ownFolders ??= ["dist", "bundle"].map((name) => join(dirname(ownResolve("tenon/package.json") ?? ""), name) + sep);
  return ownFolders.some((folder) => path.startsWith(folder));
}

/**
 * Lets a plugin without node_modules import `tenon` and `tenon/…` from the host's own copy. That copy's dependencies are not
 * bundled: a plugin that really uses them shares the host's.
 */
export function ownPackage(): Plugin {
  return {
    name: "tenon-own-package",
    setup(build) {
      build.onResolve({ filter: /^tenon(?:\/.*)?$/ }, async ({ path, pluginData, kind, resolveDir, importer }) => {
        if (pluginData === tried) return undefined;
        const found = await build.resolve(path, { kind, resolveDir, importer, pluginData: tried });
        if (found.errors.length === 0) return found;
        const own = ownResolve(path);
        if (own !== undefined) return { path: own, sideEffects: false };
        return { errors: found.errors.map(({ text, notes }) => ({ text, notes })) };
      });
      build.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
        if (!isOwnFile(importer) || isBuiltin(path) || /^tenon(?:\/|$)/.test(path)) return undefined;
        return { path: ownResolve(path) ?? path, external: true, sideEffects: false };
      });
    },
  };
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
