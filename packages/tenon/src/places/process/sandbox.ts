import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { grantedFolders } from "../../runtime/granted-folders.js";
import type { Prepared, Runtime, SandboxOptions, StartRequest } from "../../runtime/index.js";
import { ownFile } from "../../runtime/own-package.js";

/** The network grant that means everything that the host can reach. */
const everything = "*";

/** Returns what a plugin's process may reach if it is to be sandboxed; `undefined` if it is not, or is by its runtime. */
export function sandboxOf(runtime: Runtime, prepared: Prepared, request: StartRequest): SandboxOptions | undefined {
  if (request.isolation !== "sandboxed" || runtime.isolates === "sandboxed") return undefined;
  const { folders, programs, network } = request.grants;
  return {
    files: [prepared.path, ...(runtime.launches === true ? [] : codeFiles(runtime, prepared))],
    folders: [...grantedFolders(folders), ...ownFolder(request.folder)],
    programs: programs ?? [],
    network: network?.includes(everything) ?? false,
    ...(network === undefined || network.length === 0 || network.includes(everything) ? {} : { hosts: network }),
  };
}

/** The plugin's own folder of storage, which it sees where it is. */
function ownFolder(folder: string | undefined) {
  return folder === undefined ? [] : [{ guestPath: folder, hostPath: folder, writable: true }];
}

/** What Node loads in the process: Tenon's own code, the runtime's, and packages that the plugin does not contain. */
function codeFiles({ module }: Runtime, { payload }: Prepared): readonly string[] {
  const code = dirname(dirname(dirname(fileURLToPath(ownFile("places/process/entry.js")))));
  const own = [
    code,
    join(dirname(code), "package.json"),
    ...ownPackages.flatMap((name) => packageAndNeeds(name, code)),
  ];
  const others = module.startsWith("file:") ? fileURLToPath(module) : undefined;
  const foreign = others === undefined || others.startsWith(`${code}/`) ? [] : packageFiles(dirname(others));
  const { externals } = (payload ?? {}) as { readonly externals?: readonly { readonly from: string }[] };
  return [...own, ...foreign, ...(externals ?? []).flatMap(({ from }) => packageFolders(dirname(from)))];
}

/** The packages that Tenon's own code loads beside a plugin: for its stacks. */
const ownPackages = ["@jridgewell/trace-mapping"];

/** The folder of an installed package, and those of what it depends on. @param from where it is looked for, as Node does. */
function packageAndNeeds(name: string, from: string, found = new Set<string>()): readonly string[] {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, "node_modules", name);
    if (existsSync(folder)) {
      if (found.has(folder)) break;
      found.add(folder);
      for (const needed of dependenciesOf(folder)) packageAndNeeds(needed, realpathSync(folder), found);
      break;
    }
    if (at === dirname(at)) break;
  }
  return [...found];
}

function dependenciesOf(folder: string): readonly string[] {
  try {
    const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return Object.keys(dependencies ?? {});
  } catch {
    return [];
  }
}

/** The package that a folder is part of, and the packages that it finds. */
function packageFiles(folder: string): readonly string[] {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) return [at, ...packageFolders(at)];
  }
  return [folder];
}

/** The folders in which Node looks for packages. */
function packageFolders(folder: string): readonly string[] {
  const found: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    for (const path of [join(at, "node_modules"), join(at, "package.json")]) if (existsSync(path)) found.push(path);
    if (at === dirname(at)) return found;
  }
}
