import { realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  packageMissing,
  packageNameInvalid,
  packagePathMissing,
  packageVersionGiven,
} from "../errors/factories/source.js";
import type { Artifact, SourceContext } from "../runtime/index.js";
import { readJsonObject } from "../runtime/json-file.js";
import { packageOf } from "../runtime/package-choice.js";
import { exportedPath } from "../runtime/package-entry.js";

const scheme = "npm:";

/**
 * Packages that are installed, `npm:greeter` or `npm:@scope/greeter/file`, as Node finds them from a folder: in the folder
 * `node_modules` of it or of a folder above. The package's own manifest names the plugin, or its `exports` and `main` do.
 *
 * Source: Node.js, Modules: ECMAScript modules, "Resolution and loading algorithm", PACKAGE_RESOLVE.
 */
export async function resolvePackage(given: string, { folder, read }: SourceContext): Promise<Artifact | undefined> {
  if (!given.startsWith(scheme)) return undefined;
  const text = given.slice(scheme.length);
  const name = packageOf(text);
  if (name === undefined || /%2f|%5c|\0/i.test(text)) throw packageNameInvalid(given);
  const versioned = /^(@[^/]+\/[^/@]+|[^/@]+)@/.exec(text)?.[1];
  if (versioned !== undefined) throw packageVersionGiven(given, versioned);
  const rest = text.slice(name.length);
  if (rest !== "" && !rest.startsWith("/")) throw packageNameInvalid(given);
  const home = packageFolder(name, folder);
  if (home === undefined) throw packageMissing(given, name, folder);
  const path = rest === "" ? home : await fileOf(`.${rest}`, home, given);
  return { ...(await read(path)), given };
}

function packageFolder(name: string, folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = join(at, "node_modules", name);
    if (statSync(found, { throwIfNoEntry: false })?.isDirectory()) return realpathSync.native(found);
    if (dirname(at) === at) return undefined;
  }
}

/** Finds the file that a subpath means. Without `exports`, that is the file of this name. */
async function fileOf(subpath: string, home: string, given: string): Promise<string> {
  const file = join(home, "package.json");
  const exported = (await readJsonObject(file))?.exports;
  const segments = subpath.split("/").slice(1);
  if (segments.some((each) => ["", ".", "..", "node_modules"].includes(each))) throw packageNameInvalid(given);
  if (exported === undefined || exported === null) return join(home, subpath);
  const path = exportedPath(exported, subpath);
  if (path?.startsWith("./") && !path.split(/[/\\]/).includes("..")) return join(home, path);
  throw packagePathMissing(given, subpath, file, namesOf(exported));
}

function namesOf(exported: unknown): string[] {
  if (typeof exported !== "object" || exported === null) return ["."];
  const names = Object.keys(exported).filter((name) => name.startsWith("."));
  return names.length === 0 ? ["."] : names;
}
