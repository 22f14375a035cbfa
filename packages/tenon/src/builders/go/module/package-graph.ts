import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { errors } from "../../../errors/index.js";
import { type ModuleText, readModuleText } from "../doctor/module-text.js";
import { belongsToBuild } from "./build-constraints.js";
import { readSourceFile, type SourceFile } from "./source-file.js";

/** The file with which an author's editor knows the types of the contract; a build makes its own. */
export const bindingsName = "tenon_bindings.go";

/** A package of the author's or of a module that it uses. */
export interface GoPackage {
  /** The import path; `main` for the plugin itself. */
  readonly path: string;
  readonly folder: string;
  readonly files: readonly SourceFile[];
  /** The Go release whose language it is written in, as `1.24`, where its module says. */
  readonly language: string | undefined;
  readonly imports: readonly string[];
}

/** Everything that a plugin is compiled of, but for the standard library. */
export interface PackageGraph {
  /** Each after those that it imports; the plugin itself is the last. */
  readonly packages: readonly GoPackage[];
  /** Packages of the standard library that any of them imports. */
  readonly standard: readonly string[];
  /** go.mod, go.sum and such, beside the Go files. */
  readonly inputs: readonly string[];
}

interface GoModule {
  readonly path: string;
  readonly folder: string;
  readonly text: ModuleText | undefined;
}

/**
 * Finds the packages that a plugin consists of: those of its own module, of `vendor/`, of modules that go.mod replaces by
 * folders, and of the module cache. Nothing is downloaded.
 *
 * @param given The folder of package main, or one Go file.
 * @param minor The minor number of the Go release that builds.
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
  readonly #inputs: string[] = [];

  constructor(own: GoModule | undefined, minor: number) {
    this.#own = own;
    this.#minor = minor;
  }

  async read(folder: string, only: readonly string[] | undefined): Promise<PackageGraph> {
    if (this.#own !== undefined) this.#inputs.push(join(this.#own.folder, "go.mod"));
    await this.#package("main", folder, this.#own, only);
    const packages = [...this.#done.values()].filter((each) => each !== "reading");
    return { packages, standard: [...this.#standard].sort(), inputs: this.#inputs };
  }

  async #package(path: string, folder: string, module: GoModule | undefined, only?: readonly string[]): Promise<void> {
    this.#done.set(path, "reading");
    const names = only ?? (await readdir(folder).catch(() => [])).sort().map((name) => join(folder, name));
    const files: SourceFile[] = [];
    for (const file of names.filter((name) => name.endsWith(".go") && !name.endsWith(bindingsName))) {
      const source = await readFile(file, "utf8");
      if (belongsToBuild(file.slice(folder.length + 1), source, this.#minor)) files.push(readSourceFile(file, source));
    }
    const imports = [...new Set(files.flatMap((file) => file.imports))].sort();
    for (const name of imports) {
      const file = files.find((each) => each.imports.includes(name)) as SourceFile;
      await this.#import(name, file);
    }
    // Set anew, so that it comes after what it imports.
    this.#done.delete(path);
    this.#done.set(path, { path, folder, files, language: module?.text?.go, imports });
  }

  async #import(path: string, by: SourceFile): Promise<void> {
    if (path === "unsafe") return;
    const known = this.#done.get(path);
    if (known === "reading") throw unresolved(by, path, `import cycle through "${path}"`);
    if (known !== undefined) return;
    if (path === "C") throw unresolved(by, path, "WebAssembly has no cgo");
    const found = await this.#find(path);
    if (found !== undefined) await this.#package(path, found.folder, found.module);
    // Names of the standard library have no dot in their first part.
    else if (!/^[^/]*\./.test(path)) this.#standard.add(path);
    else
      throw unresolved(by, path, `package "${path}" is not in the plugin's module, in vendor/ or in the module cache`);
  }

  async #find(path: string): Promise<{ folder: string; module: GoModule | undefined } | undefined> {
    const own = this.#own;
    if (own === undefined) return undefined;
    const inside = within(path, own.path);
    if (inside !== undefined) return { folder: join(own.folder, inside), module: own };
    const vendored = join(own.folder, "vendor", path);
    if (await holdsGo(vendored)) return { folder: vendored, module: undefined };
    for (const module of await this.#modules(path)) {
      const rest = within(path, module.path) ?? "";
      const folder = join(module.folder, rest);
      if (await holdsGo(folder)) return { folder, module };
    }
    return undefined;
  }

  /** The modules that could hold a package, the longest path first. */
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

/** What follows a module's path in a package's path. */
function within(path: string, module: string): string | undefined {
  if (path === module) return "";
  return path.startsWith(`${module}/`) ? path.slice(module.length + 1) : undefined;
}

/** Upper-case letters are written as `!` and the small letter. Source: Go modules reference, "Module cache". */
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
  const text = await readFile(join(folder, "go.mod"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : readModuleText(text);
}

async function holdsGo(folder: string): Promise<boolean> {
  return (await readdir(folder).catch((): string[] => [])).some((name) => name.endsWith(".go"));
}

function unresolved(file: SourceFile, path: string, message: string) {
  const lines = file.source.split("\n");
  const line = Math.max(
    0,
    lines.findIndex((text) => text.includes(`"${path}"`)),
  );
  const column = (lines[line] ?? "").indexOf(`"${path}"`) + 1;
  const shown = (lines[line] ?? "").trimEnd();
  const fix =
    path === "C" ? 'Leave out import "C".' : "Run `go mod vendor` in the plugin's module, or correct the import.";
  return errors.TENON_SOURCE_INVALID({
    message: `${file.path}:${line + 1}:${column}: ${message}\n  ${shown}\n  ${shown.slice(0, column - 1).replace(/[^\t]/g, " ")}^`,
    subject: file.path,
    fix: { text: fix },
  });
}
