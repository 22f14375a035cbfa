import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { TenonError } from "../errors/error.js";
import { tenonBundled } from "../errors/factories/bundled.js";

// Not used as `new URL("…", import.meta.url)`: webpack takes that for an asset. Undefined in a bundler's CommonJS output.
const here: string | undefined = import.meta.url;
const rootPath = "..";
const manifestPath = "../../package.json";

/** Defined only in code that webpack bundled. */
declare const __webpack_require__: unknown;

const found = new Map<string, URL>();
let bundled: boolean | undefined;

/** The extension of Tenon's modules: `.ts` if Tenon itself runs from source. */
export const ownExtension: ".js" | ".ts" = here?.endsWith(".ts") ? ".ts" : ".js";

/**
 * Returns the URL of one of Tenon's own files, which a thread or a process starts with.
 *
 * @param path relative to the folder of Tenon's code: `places/worker/entry.js`.
 * @throws TENON_BUNDLED if a bundler moved Tenon's code away from its files.
 */
export function ownFile(path: string): URL {
  const known = found.get(path);
  if (known !== undefined) return known;
  if (here === undefined) throw tenonBundled(path);
  const url = new URL(`${rootPath}/${path}`, here);
  if (!isFile(url) && isBundled()) throw tenonBundled(fileOrUrl(url));
  found.set(path, url);
  return url;
}

/** Returns the URL of one of Tenon's own modules, whether or not it can be imported from there. */
export function ownUrl(path: string): string {
  return here === undefined ? `tenon:${path}` : new URL(`${rootPath}/${path}`, here).href;
}

/**
 * Loads a CommonJS package that Tenon depends on.
 *
 * @throws TENON_BUNDLED if a bundler moved Tenon's code to where the package is not found.
 */
export function ownRequire(name: string): unknown {
  try {
    return createRequire(here ?? "")(name);
  } catch (cause) {
    throw bundledError(name, cause) ?? cause;
  }
}

/** Returns the path of a module, as Tenon's own code finds it; `undefined` if it does not. */
export function ownResolve(name: string): string | undefined {
  try {
    return createRequire(here ?? "").resolve(name);
  } catch {
    return undefined;
  }
}

/** Returns the folders in which Tenon's own code looks for a package. */
export function ownPackageFolders(name: string): readonly string[] {
  return here === undefined ? [] : (createRequire(here).resolve.paths(name) ?? []);
}

/**
 * Imports a package that Tenon depends on and that no bundler can bundle.
 *
 * @throws TENON_BUNDLED if it fails because a bundler tried.
 */
export async function ownImport<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw bundledError(name, cause) ?? cause;
  }
}

/** Returns TENON_BUNDLED for a failure of a package if a bundler is the reason, `undefined` otherwise. */
export function bundledError(name: string, cause: unknown): TenonError | undefined {
  return isBundled() ? tenonBundled(name, cause) : undefined;
}

/** Whether this code is no longer in Tenon's own package. Asked only after something failed. */
function isBundled(): boolean {
  // webpack writes the original file's URL into the bundle, so on the machine of the build the manifest is found.
  bundled ??= typeof __webpack_require__ !== "undefined" || !isOwnManifest();
  return bundled;
}

function isOwnManifest(): boolean {
  try {
    const text = readFileSync(new URL(manifestPath, here), "utf8");
    return (JSON.parse(text) as { name?: unknown }).name === "tenon";
  } catch {
    return false;
  }
}

function isFile(url: URL): boolean {
  return url.protocol === "file:" && existsSync(fileURLToPath(url));
}

function fileOrUrl(url: URL): string {
  return url.protocol === "file:" ? fileURLToPath(url) : url.href;
}
