import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { type BuildStore, keyOf, type Work } from "../../../build/index.js";
import { goToolFailed } from "../../../errors/factories/go-module.js";
import { guestPackage, guestSource } from "./bindings/guest-package.js";
import type { GoBindings } from "./bindings/index.js";
import { copyEmbedded } from "./embed/embedded-files.js";
import type { GoTools, ToolResult } from "./go-tools.js";
import { compileError } from "./messages.js";
import type { GoPackage, PackageGraph } from "./package-graph.js";
import type { SourceFile } from "./source-file.js";
import { isUnchanged } from "./unchanged.js";

/** What to compile, and with which tools. */
export interface Compilation {
  readonly folder: string;
  readonly graph: PackageGraph;
  readonly bindings: GoBindings;
  readonly tools: GoTools;
  readonly store: BuildStore;
  readonly signal: AbortSignal;
  readonly work: Work;
}

/** Flags that change the result. They are part of the key of cached results. */
export const flagsOfBuild = "4 c-shared trimpath checklinkname s w";

/** Flags of the linker. The names of functions stay, for stacks, profiles and heap snapshots; DWARF does not. */
export const flagsOfLink: readonly string[] = ["-w"];

/**
 * Compiles and links a plugin: one core module, without a custom section for its contract.
 *
 * @throws TENON_SOURCE_INVALID, TENON_TOOLCHAIN_FAILED
 */
export function compileModule(compilation: Compilation): Promise<Uint8Array> {
  return new Compiler(compilation).run();
}

class Compiler {
  readonly #about: Compilation;
  readonly #work: string;
  readonly #archives = new Map<string, string>();
  readonly #keys = new Map<string, string>();
  #copies = 0;

  constructor(about: Compilation) {
    this.#about = about;
    this.#work = about.work.folder;
  }

  async run(): Promise<Uint8Array> {
    const { graph, bindings, tools, signal, work } = this.#about;
    const standard = [...new Set([...graph.standard, ...bindings.packages])].sort();
    work.progress?.("preparing the standard library");
    for (const [path, file] of await tools.archives(standard, signal)) this.#archives.set(path, file);
    await this.#guest();
    for (const [at, each] of graph.packages.entries()) {
      work.progress?.(`compiling package ${at + 1} of ${graph.packages.length}: ${each.path}`);
      if (each.path === "main") await this.#plugin(each);
      else await this.#library(each);
    }
    work.progress?.("linking");
    return this.#link();
  }

  /** Compiles a package other than the plugin's own. It is cached by content, since it seldom changes. */
  async #library(each: GoPackage): Promise<void> {
    const { tools } = this.#about;
    const key = keyOf(
      "package",
      tools.release,
      flagsOfBuild,
      each.path,
      each.language ?? "",
      ...each.imports.map((path) => this.#keys.get(path) ?? path),
      ...contentOf(each),
    );
    this.#keys.set(each.path, key);
    await this.#cached(each.path, key, async (archive) => {
      await this.#compile(each, archive, [], each.path);
      return isUnchanged(each);
    });
  }

  /** Compiles the supporting code that all plugins share. */
  async #guest(): Promise<void> {
    const { tools } = this.#about;
    await this.#cached(guestPackage, keyOf("package", tools.release, flagsOfBuild, guestSource), async (archive) => {
      const file = join(this.#work, "guest.go");
      await writeFile(file, guestSource);
      const result = await this.#runCompiler(guestPackage, archive, [], [file], `${this.#work}=>tenon`);
      if (!succeeded(result)) throw failed("compile", result, this.#about.folder);
      return true;
    });
  }

  /** @param make writes the archive, and returns whether it may be cached. */
  async #cached(path: string, key: string, make: (archive: string) => Promise<boolean>): Promise<void> {
    const { store } = this.#about;
    const kept = await store.read(key);
    const archive = join(this.#work, `${key}.a`);
    if (kept !== undefined) await writeFile(archive, kept.bytes);
    else if (await make(archive)) await store.write(key, path, await readFile(archive));
    this.#archives.set(path, archive);
  }

  async #plugin(each: GoPackage): Promise<void> {
    const bindings = join(this.#work, "bindings.go");
    await writeFile(bindings, this.#about.bindings.main);
    await this.#compile(each, join(this.#work, "main.a"), [bindings], ".");
  }

  /** @param shownFolder what the package's folder is called in the result. */
  async #compile(each: GoPackage, output: string, more: readonly string[], shownFolder: string): Promise<void> {
    const { folder, bindings, graph } = this.#about;
    const source = join(this.#work, `source-${this.#copies++}`);
    await mkdir(source);
    const words = [
      ...(each.language === undefined ? [] : [`-lang=go${/^\d+\.\d+/.exec(each.language)?.[0] ?? each.language}`]),
      ...(await this.#embedWords(each, source)),
      ...(each.isComplete ? ["-complete"] : []),
    ];
    const files = await Promise.all(each.files.map((file) => writeCopy(source, file)));
    const shortened = `${source}=>${shownFolder};${this.#work}=>tenon`;
    const result = await this.#runCompiler(each.path, output, words, [...files, ...more], shortened);
    if (succeeded(result)) return;
    const printed = result.output.replaceAll(source + sep, each.folder + sep);
    const plugin = graph.packages.at(-1) as GoPackage;
    const bindingsPath = join(this.#work, "bindings.go");
    throw compileError(printed, { folder, plugin, bindings, bindingsPath }) ?? failed("compile", result, folder);
  }

  async #runCompiler(
    path: string,
    output: string,
    more: readonly string[],
    files: readonly string[],
    shortened: string,
  ): Promise<ToolResult> {
    const { tools, signal } = this.#about;
    const imports = await this.#importFile();
    const words = ["-o", output, "-trimpath", shortened, "-p", path, "-buildid=", "-importcfg", imports];
    return tools.run({
      tool: "compile",
      words: [...words, ...more, "-pack", "-e", "-c=2", ...files],
      reads: this.#folders(),
      writes: this.#work,
      signal,
    });
  }

  /** Source: cmd/compile, `-embedcfg`; the file has the same format as in cmd/go. */
  async #embedWords({ embedded }: GoPackage, source: string): Promise<readonly string[]> {
    if (embedded.patterns.size === 0) return [];
    const file = join(this.#work, "embedcfg");
    const files: [name: string, copy: string][] = [];
    for (const [at, [name, { path }]] of [...embedded.files].entries()) {
      const copy = join(source, `embedded-${at}`);
      await copyEmbedded(path, copy);
      files.push([name, copy]);
    }
    const settings = { Patterns: Object.fromEntries(embedded.patterns), Files: Object.fromEntries(files) };
    await writeFile(file, JSON.stringify(settings));
    return ["-embedcfg", file];
  }

  async #link(): Promise<Uint8Array> {
    const { tools, signal, folder } = this.#about;
    const output = join(this.#work, "plugin.wasm");
    const words = [
      "-o",
      output,
      "-importcfg",
      await this.#importFile(),
      "-buildmode=c-shared",
      "-buildid=",
      // The bindings ask the scheduler whether a goroutine can run: see bindings/async-source.ts.
      "-checklinkname=0",
      ...flagsOfLink,
      join(this.#work, "main.a"),
    ];
    const result = await tools.run({ tool: "link", words, reads: this.#folders(), writes: this.#work, signal });
    if (!succeeded(result)) throw failed("link", result, folder);
    return readFile(output);
  }

  /** Source: cmd/compile and cmd/link, `-importcfg`. */
  async #importFile(): Promise<string> {
    const file = join(this.#work, "importcfg");
    await writeFile(file, [...this.#archives].map(([path, archive]) => `packagefile ${path}=${archive}\n`).join(""));
    return file;
  }

  #folders(): string[] {
    return [...new Set([...this.#archives.values()].map((file) => dirname(file)))].filter(
      (each) => each !== this.#work,
    );
  }
}

/**
 * The compiler reads a copy of what was read before: it would follow a file that never stops growing, and wait for a pipe that has
 * taken its place.
 */
async function writeCopy(folder: string, { path, source }: SourceFile): Promise<string> {
  const copy = join(folder, basename(path));
  await writeFile(copy, source);
  return copy;
}

/** Returns everything that a package's archive is made from, for keys. */
export function contentOf({ folder, files, embedded }: GoPackage): readonly string[] {
  return [
    ...files.flatMap(({ path, source }) => [path.slice(folder.length), source]),
    ...[...embedded.patterns].flatMap(([pattern, names]) => [pattern, ...names]),
    ...[...embedded.files].flatMap(([name, { digest: content }]) => [name, content]),
  ];
}

function succeeded({ end }: ToolResult): boolean {
  return end.kind === "exit" && end.code === 0;
}

function failed(tool: string, { end, output }: ToolResult, folder: string) {
  return goToolFailed(tool, end, output.trim().split("\n").slice(0, 20).join("\n"), folder);
}
