import { dirname, isAbsolute, resolve } from "node:path";
import type { HostFacts, HostModule } from "./host-facts.js";

/**
 * The folders in which the host's modules were compiled, from its line table. If the host has no function of a module (all were
 * inlined, or there were none), the module's folder follows from that of the others: the module cache, the vendor folder, or
 * the folder of the main module.
 */
export class HostFolders {
  readonly #host: HostFacts;
  readonly #isTrimmed: boolean;
  #cache: string | undefined;
  #hasSearchedCache = false;
  #byModule: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(host: HostFacts) {
    this.#host = host;
    this.#isTrimmed = host.settings["-trimpath"] === "true";
  }

  /**
   * Returns a module's folder in the host: an absolute folder, or with -trimpath the module's path and version.
   *
   * @param packages import paths of the module's packages, the most important ones first.
   */
  rootOf(module: HostModule, packages: readonly string[] = []): string | undefined {
    const recorded = this.#recorded(module.path, [...packages, ...this.#packagesOf(module.path)]);
    if (recorded !== undefined) return recorded;
    const isMain = module.path === this.#host.main?.path;
    if (this.#isTrimmed) return isMain && !isFetched(module) ? module.path : `${module.path}@${module.version}`;
    if (isMain) return this.mainRoot;
    const { mainRoot } = this;
    if (mainRoot !== undefined && this.#isVendored(mainRoot)) return `${mainRoot}/vendor/${module.path}`;
    const { path, version } = module.replace ?? module;
    if (module.replace !== undefined && (version === "" || version === "(devel)")) {
      if (isAbsolute(path)) return path;
      return mainRoot === undefined ? undefined : resolve(mainRoot, path);
    }
    return this.moduleCache === undefined
      ? undefined
      : `${this.moduleCache}/${escapePath(path)}@${escapePath(version)}`;
  }

  /** The folder of the main module, or its path with -trimpath: the folder of the function main, without the package's part. */
  get mainRoot(): string | undefined {
    const { main, mainPackage } = this.#host;
    if (main === undefined || !isWithin(mainPackage, main.path)) return undefined;
    return rootIn(this.#host.filesOfPackage("main"), mainPackage.slice(main.path.length));
  }

  /** GOMODCACHE of the host's build; `undefined` with -trimpath, or if the host has no code from it. */
  get moduleCache(): string | undefined {
    if (!this.#hasSearchedCache) this.#cache = this.#isTrimmed ? undefined : this.#findCache();
    this.#hasSearchedCache = true;
    return this.#cache;
  }

  #findCache(): string | undefined {
    const parts = this.#host.modules.map((module) => {
      const { path, version } = module.replace ?? module;
      return `/${escapePath(path)}@${escapePath(version)}/`;
    });
    for (const file of this.#host.files()) {
      if (!file.startsWith("/") || !file.includes("@v")) continue;
      const part = parts.find((candidate) => file.includes(candidate));
      if (part !== undefined) return file.slice(0, file.indexOf(part));
    }
    return undefined;
  }

  #isVendored(mainRoot: string): boolean {
    return this.#host.files().some((file) => file.startsWith(`${mainRoot}/vendor/`));
  }

  #recorded(modulePath: string, packages: readonly string[]): string | undefined {
    for (const path of packages) {
      const root = rootIn(this.#host.filesOfPackage(path), path.slice(modulePath.length));
      if (root !== undefined) return root;
    }
    return undefined;
  }

  /** Returns the host's packages of a module. A package belongs to the module with the longest matching path. */
  #packagesOf(modulePath: string): readonly string[] {
    if (this.#byModule === undefined) {
      const known = new Set([this.#host.main?.path, ...this.#host.modules.map(({ path }) => path)]);
      const groups = new Map<string, string[]>();
      for (const path of this.#host.packages ?? []) {
        let module: string | undefined = path;
        while (module !== undefined && !known.has(module))
          module = module.includes("/") ? module.slice(0, module.lastIndexOf("/")) : undefined;
        if (module !== undefined) groups.set(module, [...(groups.get(module) ?? []), path]);
      }
      this.#byModule = groups;
    }
    return this.#byModule.get(modulePath) ?? [];
  }
}

/** Whether the go command downloaded the main module: only then it has a checksum, and is compiled under its version. */
export function isFetched(main: HostModule): boolean {
  return main.sum !== undefined && main.sum !== "" && main.version !== "(devel)";
}

/** Escapes capital letters as in the module cache. Source: golang.org/x/mod/module, EscapePath. */
function escapePath(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}

function rootIn(files: readonly string[], within: string): string | undefined {
  const counts = new Map<string, number>();
  for (const file of files) {
    const folder = dirname(file);
    if (!file.includes("/") || !folder.endsWith(within)) continue;
    const root = folder.slice(0, folder.length - within.length);
    counts.set(root, (counts.get(root) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

function isWithin(path: string, module: string): boolean {
  return path === module || path.startsWith(`${module}/`);
}
