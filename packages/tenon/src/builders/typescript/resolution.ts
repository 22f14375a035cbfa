import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { Plugin } from "esbuild";

const ownRequire = createRequire(import.meta.url);
const tried = Symbol("tried");

/** Lets a plugin import `tenon` and `tenon/…` also where it has no node_modules: from the host's own copy. */
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
