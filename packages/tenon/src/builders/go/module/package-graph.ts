import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type GoImportProblem, goImportInvalid } from "../../../errors/factories/go-module.js";
import { sourceUnreadable } from "../../../errors/factories/module-build.js";
import { FileRefused, readRegularFile, textOfFile } from "../../../runtime/regular-file.js";
import { type ModuleText, readModuleText } from "../doctor/module-text.js";
import type { EmbeddedFiles } from "./embed/embedded-files.js";
import { readPackageFiles } from "./package-files.js";
import type { SourceFile } from "./source-file.js";
import { readVendoredModules, type VendoredModule } from "./vendored-modules.js";

/** A package of the plugin's module, or of a module that it uses. */
export interface GoPackage {
  /** The import path; `main` for the plugin itself. */
  readonly path: string;
  readonly folder: string;
  readonly files: readonly SourceFile[];
  /** The Go release whose language it is written in: `1.24`. `undefined` if its module does not say. */
  readonly language: string | undefined;
  readonly imports: readonly string[];
  readonly embedded: EmbeddedFiles;
  /** Whether every function has its body in a Go file. */
  readonly isComplete: boolean;
}

/** All packages that a plugin is compiled from, without the standard library. */
export interface PackageGraph {
  /** Each after the packages that it imports. The plugin itself is the last. */
  readonly packages: readonly GoPackage[];
  /** Packages of the standard library that any of them imports. */
  readonly standard: readonly string[];
  /** What to watch in addition to its files: go.mod, the list of vendored modules, and the folders where new files matter. */
  readonly inputs: readonly string[];
}

interface GoModule {
  readonly path: string;
  readonly folder: string;
  readonly text: ModuleText | undefined;
}

/**
 * Finds the packages that a plugin consists of: in its own module, in `vendor/`, in modules that go.mod replaces with folders,
 * and in the module cache. Downloads nothing.
 *
 * @param given the folder of package main, or one Go file.
 * @param minor the minor number of the Go release that builds.
 * @throws TENON_SOURCE_INVALID
 */
export async function readPackageGraph(given: string, minor: number): Promise<PackageGraph> {
  const folder = given.endsWith(".go") ? dirname(given) : given;
  return new GraphReader(await moduleOf(folder), minor).read(folder, given.endsWith(".go") ? [given] : undefined);
}

class GraphReader {
  readonly #own: GoModule | undefined;
  readonly #minor: number;
  readonly #done = new Map<string, GoPackage | "reading">();
  readonly #standard = new Set<string>();
  #vendored: readonly VendoredModule[] = [];

  constructor(own: GoModule | undefined, minor: number) {
    this.#own = own;
    this.#minor = minor;
  }

  async read(folder: string, only: readonly string[] | undefined): Promise<PackageGraph> {
    const inputs: string[] = [];
    if (this.#own !== undefined) {
      const list = join(this.#own.folder, "vendor", "modules.txt");
      const text = await textOfFile(list);
      inputs.push(join(this.#own.folder, "go.mod"), ...(text === undefined ? [] : [list]));
      this.#vendored = readVendoredModules(text ?? "");
    }
    await this.#package("main", { folder, module: this.#own, language: this.#own?.text?.go, isOwn: true }, only);
    const packages = [...this.#done.values()].filter((each) => each !== "reading");
    for (const each of packages) inputs.push(...each.embedded.folders.map((name) => join(name, "*")));
    if (only === undefined) inputs.push(...packages.map((each) => join(each.folder, "*.go")));
    return { packages, standard: [...this.#standard].sort(), inputs };
  }

  async #package(path: string, found: FoundPackage, only?: readonly string[], by?: SourceFile): Promise<void> {
    this.#done.set(path, "reading");
    const { folder, language, isOwn } = found;
    const { files, embedded, isComplete, usesC } = await readPackageFiles({ folder, only, minor: this.#minor, isOwn });
    if (files.length === 0 && by !== undefined) {
      throw unresolved(by, path, { kind: usesC ? "needs-cgo" : "other-platforms" });
    }
    const imports = [...new Set(files.flatMap((file) => file.imports))].sort();
    for (const name of imports) {
      const file = files.find((each) => each.imports.includes(name)) as SourceFile;
      await this.#import(name, file);
    }
    // Inserted again, so that it comes after the packages that it imports.
    this.#done.delete(path);
    this.#done.set(path, { path, folder, files, language, imports, embedded, isComplete });
  }

  async #import(path: string, by: SourceFile): Promise<void> {
    if (path === "unsafe") return;
    const known = this.#done.get(path);
    if (known === "reading") throw unresolved(by, path, { kind: "cycle" });
    if (known !== undefined) return;
    if (path === "C") throw unresolved(by, path, { kind: "cgo" });
    const found = await this.#find(path);
    if (found !== undefined) await this.#package(path, found, undefined, by);
    // Import paths of the standard library have no dot in their first part.
    else if (!/^[^/]*\./.test(path) && !this.#isOwn(path)) this.#standard.add(path);
    else throw this.#notFound(path, by);
  }

  #isOwn(path: string): boolean {
    return this.#own !== undefined && within(path, this.#own.path) !== undefined;
  }

  #notFound(path: string, by: SourceFile) {
    const own = this.#own;
    if (own === undefined) return unresolved(by, path, { kind: "no-module" });
    const isRequired = (own.text?.requirements ?? []).some((each) => within(path, each.path) !== undefined);
    return unresolved(by, path, isRequired ? { kind: "not-downloaded", root: own.folder } : { kind: "unknown" });
  }

  async #find(path: string): Promise<FoundPackage | undefined> {
    const own = this.#own;
    if (own === undefined) return undefined;
    const vendored = this.#vendored.find(({ packages }) => packages.includes(path));
    const folder = join(own.folder, "vendor", path);
    if (vendored !== undefined || (this.#vendored.length === 0 && (await hasGoFiles(folder))))
      return { folder, module: undefined, language: vendored?.language, isOwn: false };
    const inside = within(path, own.path);
    for (const module of await this.#modules(path)) {
      // Another module may be in a folder of the plugin's own.
      if (inside !== undefined && module.path.length <= own.path.length) break;
      const at = join(module.folder, within(path, module.path) ?? "");
      // Source: Go modules reference, "go directive": a module without one uses Go 1.16.
      if (await hasGoFiles(at)) return { folder: at, module, language: module.text?.go ?? "1.16", isOwn: false };
    }
    const at = join(own.folder, inside ?? "");
    if (inside === undefined || !(await hasGoFiles(at))) return undefined;
    return { folder: at, module: own, language: own.text?.go, isOwn: true };
  }

  /** Returns the modules that may contain a package, the one with the longest path first. */
  async #modules(path: string): Promise<GoModule[]> {
    const { text, folder } = this.#own as GoModule;
    const candidates = (text?.requirements ?? [])
      .filter((each) => within(path, each.path) !== undefined)
      .sort((one, other) => other.path.length - one.path.length);
    return Promise.all(
      candidates.map(async (each) => {
        const replaced = text?.replacements.find(({ path: of }) => of === each.path);
        const { by = each.path, version = each.version } = replaced ?? {};
        const at = replaced !== undefined && replaced.version === undefined ? resolve(folder, by) : cached(by, version);
        return { path: each.path, folder: at, text: await readModule(at) };
      }),
    );
  }
}

/** Where a package was found. */
interface FoundPackage {
  readonly folder: string;
  readonly module: GoModule | undefined;
  /** `1.24` */
  readonly language: string | undefined;
  /** Whether it is in the plugin's own module. */
  readonly isOwn: boolean;
}

/** Returns the part of a package's path after its module's path, or `undefined` if it is not in the module. */
function within(path: string, module: string): string | undefined {
  if (path === module) return "";
  return path.startsWith(`${module}/`) ? path.slice(module.length + 1) : undefined;
}

/** Returns a module's folder in the module cache, where capital letters become `!` and the small letter. Source: Go modules reference, "Module cache". */
function cached(path: string, version: string): string {
  const escaped = (text: string) => text.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
  const root = process.env.GOMODCACHE ?? join(process.env.GOPATH?.split(":")[0] || join(homedir(), "go"), "pkg", "mod");
  return join(root, `${escaped(path)}@${escaped(version)}`);
}

async function moduleOf(folder: string): Promise<GoModule | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const text = await readModule(at);
    if (text?.path !== undefined) return { path: text.path, folder: at, text };
    if (dirname(at) === at) return undefined;
  }
}

async function readModule(folder: string): Promise<ModuleText | undefined> {
  const path = join(folder, "go.mod");
  const text = await readRegularFile(path).then(
    ({ content }) => content.toString("utf8"),
    (cause) => {
      if (cause instanceof FileRefused) throw sourceUnreadable(path, cause.message);
      return undefined;
    },
  );
  return text === undefined ? undefined : readModuleText(text);
}

async function hasGoFiles(folder: string): Promise<boolean> {
  return (await readdir(folder).catch((): string[] => [])).some((name) => name.endsWith(".go"));
}

function unresolved(file: SourceFile, path: string, problem: GoImportProblem) {
  const lines = file.source.split("\n");
  const line = Math.max(
    0,
    lines.findIndex((text) => text.includes(`"${path}"`)),
  );
  const column = (lines[line] ?? "").indexOf(`"${path}"`) + 1;
  const shown = (lines[line] ?? "").trimEnd();
  const excerpt = `  ${shown}\n  ${shown.slice(0, column - 1).replace(/[^\t]/g, " ")}^`;
  return goImportInvalid({ path, where: `${file.path}:${line + 1}:${column}`, excerpt, file: file.path, problem });
}
