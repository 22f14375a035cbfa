import { extname } from "node:path";
import type { Loader, Plugin } from "esbuild";
import { scriptFileUnreadable } from "../../errors/factories/script-build.js";
import { type ReadFile, readRegularFile } from "../../runtime/regular-file.js";
import type { Library } from "../../runtime/script.js";
import { isOwnFile } from "./bundler/resolution.js";
import { mayHaveDecorators } from "./decorator-metadata.js";
import { type FileState, stateOf } from "./files/file-state.js";
import type { InstalledPackages } from "./packages/installed-package.js";
import { keptLibrary, libraryFile } from "./packages/library-files.js";
import { workerFiles } from "./worker-files.js";

/** What `import.meta`, `__dirname` and `__filename` are rewritten to: each file has a variable of this name. */
export const metaName = "__tenon_meta";

/** What a build records about files while it reads them. */
export interface FileNotes {
  /** By file: how many columns its first line was moved to the right. */
  readonly shifts: Map<string, number>;
  /** The state of each file when it was read. */
  readonly states: Map<string, FileState>;
  /** Files that are not bundled, but are scripts of their own, by token. */
  readonly libraries: Map<string, Library>;
  /** The paths of these files. */
  readonly libraryPaths: Set<string>;
  /** TypeScript files that may have decorators. */
  readonly decorated: Set<string>;
  /** TypeScript files that are started as threads. */
  readonly workers: Set<string>;
}

export function newNotes(): FileNotes {
  return {
    shifts: new Map(),
    states: new Map(),
    libraries: new Map(),
    libraryPaths: new Set(),
    decorated: new Set(),
    workers: new Set(),
  };
}

export const loaders: Readonly<Record<string, Loader>> = {
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
  ".jsx": "jsx",
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
};

const strictMode = /^(?:\s|\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*(?:"use strict"|'use strict')/;

/**
 * Gives every bundled file its own `import.meta`, `__dirname` and `__filename`, and rejects what cannot be a source file:
 * a pipe or a device would block the build.
 */
export function moduleFiles(
  entry: string,
  { shifts, states, libraries, libraryPaths, decorated, workers }: FileNotes,
  packages?: InstalledPackages,
): Plugin {
  return {
    name: "tenon-module-files",
    setup(build) {
      build.onResolve({ filter: /^tenon-library:/ }, ({ path }) => ({ path, external: true }));
      build.onLoad({ filter: /.*/, namespace: "file" }, async ({ path }) => {
        const leave = (library: Library, state: FileState) => {
          states.set(path, state);
          libraries.set(library.token, library);
          libraryPaths.add(path);
          return { contents: `module.exports = require(${JSON.stringify(library.token)});`, loader: "js" } as const;
        };
        const kept = path === entry || packages === undefined ? undefined : await keptLibrary(path);
        if (kept !== undefined) return leave(kept.library, kept.state);
        let file: ReadFile;
        try {
          file = await readRegularFile(path);
        } catch (cause) {
          return { errors: [{ text: scriptFileUnreadable(path, (cause as Error).message) }] };
        }
        const { stats, content: contents } = file;
        const state = stateOf(stats, contents);
        states.set(path, state);
        const library =
          path === entry || packages === undefined ? undefined : await libraryFile(path, contents, state, packages);
        if (library !== undefined) return leave(library, state);
        const loader = loaders[extname(path)] ?? (path === entry ? "js" : undefined);
        if (loader === undefined) return { contents, loader: "default" };
        const text = contents.toString("utf8").replace(/^\uFEFF/, "");
        if (!isOwnFile(path)) for (const file of workerFiles(path, text)) workers.add(file);
        if ((loader === "ts" || loader === "tsx") && mayHaveDecorators(text)) decorated.add(path);
        const { contents: prepared, shift } = withOwnMeta(path, text);
        if (shift > 0) shifts.set(path, shift);
        return { contents: prepared, loader };
      });
    },
  };
}

/** Gives a file its own `import.meta`, if it needs one: its first line is then shifted to the right, by a number of columns. */
export function withOwnMeta(path: string, text: string): { readonly contents: string; readonly shift: number } {
  if (!/import\.meta|__dirname|__filename/.test(text)) return { contents: text, shift: 0 };
  const hashbang = /^#!.*/.exec(text)?.[0] ?? "";
  const strict = strictMode.test(text.slice(hashbang.length, hashbang.length + 65_536)) ? '"use strict";' : "";
  const prefix = `${strict}var ${metaName}=__tenon_module(${JSON.stringify(path)});`;
  // A hashbang line is emptied, not removed, so that the lines below keep their numbers.
  return { contents: prefix + text.slice(hashbang.length), shift: prefix.length };
}
