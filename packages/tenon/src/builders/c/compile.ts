import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { type BuildOptions, type CommandResult, runCommand, type Work } from "../../build/index.js";
import { type CLinkProblem, cFunctionsMissing, cHeaderMissing, cLinkFailed } from "../../errors/factories/c.js";
import { compilerFailed } from "../../errors/factories/module-build.js";
import type { CBindings } from "./bindings/index.js";
import { type Compiler, forgetCompilers } from "./compiler.js";
import { compilerEnvironment } from "./environment.js";
import { installationOf } from "./installation.js";
import { isLibraryHeader } from "./library-headers.js";
import { type CompilerError, errorsIn, sourceError } from "./messages.js";
import { definedFunctions } from "./object-symbols.js";
import type { CSources, SourceFile } from "./sources.js";
import { asynchronousLibrary } from "./support/asynchronous.js";
import { freestandingLibrary } from "./support/freestanding.js";
import { glueHeader, supportHeader } from "./support/header.js";
import { supportLibrary } from "./support/library.js";

/** What is compiled. */
export interface Compilation {
  readonly sources: CSources;
  readonly bindings: CBindings;
  readonly compiler: Compiler;
  readonly options: BuildOptions;
  readonly work: Work;
}

export interface Compiled {
  readonly bytes: Uint8Array;
  /** Files outside of the plugin's sources that went into it, without the system's own. */
  readonly foreign: readonly string[];
}

/** Warnings that are a fault in every plugin. */
const errorsToo = ["implicit-function-declaration", "return-type", "incompatible-pointer-types", "int-conversion"];
const stackSize = 1024 * 1024;

/** What the result depends on, apart from the sources and the compiler. */
const buildFlags: readonly string[] = [
  "-O2",
  "-mbulk-memory",
  "-msign-ext",
  "-fno-color-diagnostics",
  "-fno-caret-diagnostics",
  ...errorsToo.map((name) => `-Werror=${name}`),
  "-Wl,--strip-debug",
  "-Wl,--fatal-warnings",
  "-Wl,--stack-first",
  `-Wl,-z,stack-size=${stackSize}`,
];

/** Stands for the folder in which a build runs, which is another one each time: results are cached by content. */
const buildFolder = "$FOLDER";
const debugFlags: readonly string[] = ["-g", `-fdebug-prefix-map=${buildFolder}=.`];

/** The flags of a build. With `debug`, the result keeps DWARF, whose paths are relative to the plugin's folder. */
export function flagsOf(debug: boolean | undefined): readonly string[] {
  return debug === true ? [...buildFlags.filter((flag) => flag !== "-Wl,--strip-debug"), ...debugFlags] : buildFlags;
}

/**
 * Compiles the source, the contract's glue and the support library, and links them.
 *
 * @throws TENON_SOURCE_INVALID, TENON_TOOLCHAIN_FAILED; TENON_TOOLCHAIN_MISSING if the source needs the C library and
 * there is none
 */
export function compileC(compilation: Compilation): Promise<Compiled> {
  return new CBuild(compilation).build();
}

class CBuild {
  readonly #compilation: Compilation;
  readonly #folder: string;
  readonly #target: readonly string[];
  #overlay: readonly string[] = [];

  constructor(compilation: Compilation) {
    this.#compilation = compilation;
    this.#folder = compilation.work.folder;
    const { hasLibrary, isZig } = compilation.compiler;
    this.#target = isZig
      ? ["-target", "wasm32-wasi", "-fno-sanitize=undefined"]
      : hasLibrary
        ? ["--target=wasm32-wasi"]
        : ["--target=wasm32-unknown-unknown", "-ffreestanding", "-DTENON_FREESTANDING"];
  }

  async build(): Promise<Compiled> {
    const { sources, bindings, work } = this.#compilation;
    const own = sources.files.filter(({ name }) => name.endsWith(".c"));
    await this.#writeGenerated("plugin.h", bindings.header);
    await this.#writeGenerated("tenon.h", supportHeader);
    await this.#writeGenerated("tenon_glue.h", glueHeader);
    await this.#writeOverlay();
    work.progress?.(`compiling ${own.length === 1 ? own[0]!.name : `${own.length} files`}`);
    // What all plugins share does not wait for the plugin's own files, but its errors do.
    const support = Promise.allSettled(this.#support().map(([name, text]) => this.#compileOurs(name, text)));
    const compiled = await Promise.allSettled(own.map((file, at) => this.#compileOwn(file, `${at}.o`)));
    const shared = await support;
    const results = compiled.map(fulfilled);
    const found = results.flatMap((result) => result.errors);
    await this.#expectHeaders(found);
    if (found.length > 0) throw sourceError(found, sources.folder, this.#folder);
    const defined = new Map<string, string>();
    for (const [at, { object }] of results.entries())
      for (const name of definedFunctions(await readFile(object))) defined.set(name, own[at]!.name);
    this.#expectDefined(defined);
    const glue = await this.#compileOurs(
      "plugin_glue",
      bindings.glue((name) => defined.has(name)),
    );
    const objects = [...results.map(({ object }) => object), glue, ...shared.map(fulfilled)];
    work.progress?.("linking");
    const bytes = await this.#link(objects, own);
    return { bytes, foreign: [...new Set(results.flatMap((result) => result.foreign))].sort() };
  }

  /** The files of the support library, by name. */
  #support(): readonly (readonly [name: string, text: string])[] {
    const { bindings, compiler } = this.#compilation;
    return [
      ["tenon", supportLibrary],
      ...(bindings.isAsynchronous ? ([["tenon_asynchronous", asynchronousLibrary]] as const) : []),
      ...(compiler.hasLibrary ? [] : ([["tenon_freestanding", freestandingLibrary]] as const)),
    ];
  }

  /**
   * Lets the compiler read copies of the sources under their own names: what was read before, and not what a file has become
   * since. A file that changes while the compiler reads it can crash it, and a pipe would stop it.
   *
   * Source: clang's Virtual File System overlay, `llvm/Support/VirtualFileSystem.h`. zig has its own way to read files.
   */
  async #writeOverlay(): Promise<void> {
    const { sources, compiler } = this.#compilation;
    if (compiler.isZig) return;
    const roots = [];
    for (const [at, { path, content }] of sources.files.entries()) {
      const copy = join(this.#folder, `${at}.source`);
      await writeFile(copy, content);
      roots.push({ name: path, type: "file", "external-contents": copy });
    }
    const overlay = join(this.#folder, "sources.yaml");
    await writeFile(
      overlay,
      JSON.stringify({ version: 0, "case-sensitive": "true", "use-external-names": "false", roots }),
    );
    this.#overlay = ["-ivfsoverlay", overlay];
  }

  async #writeGenerated(name: string, text: string): Promise<string> {
    const path = join(this.#folder, name);
    await mkdir(this.#folder, { recursive: true });
    await writeFile(path, text);
    return path;
  }

  async #compileOwn(file: SourceFile, output: string) {
    const { folder } = this.#compilation.sources;
    const object = join(this.#folder, output);
    const rules = `${object}.d`;
    const words = [
      ...this.#overlay,
      "-I",
      this.#folder,
      "-I",
      folder,
      `-ffile-prefix-map=${folder}=.`,
      "-MMD",
      "-MF",
      rules,
    ];
    // A copy of the header in the author's folder, for an editor, may be older than the contract: ours comes first.
    words.unshift("-include", join(this.#folder, "plugin.h"));
    const result = await this.#compile(file.path, object, words);
    const errors = errorsIn(result.stderr);
    if (result.code !== 0 && errors.length === 0) throw this.#failed(["-c", file.name], result);
    const used = result.code === 0 ? dependencies(await readFile(rules, "utf8")) : [];
    const known = new Set(this.#compilation.sources.files.map(({ path }) => path));
    const isForeign = (path: string) => !known.has(path) && !path.startsWith(this.#folder + sep);
    return { object, errors, foreign: used.map((path) => resolve(this.#folder, path)).filter(isForeign) };
  }

  async #compileOurs(name: string, text: string): Promise<string> {
    const source = await this.#writeGenerated(`${name}.c`, text);
    const object = join(this.#folder, `${name}.o`);
    const result = await this.#compile(source, object, ["-I", this.#folder, "-std=c11", "-w", "-fno-builtin"]);
    if (result.code !== 0) throw this.#failed(["-c", `${name}.c`], result);
    return object;
  }

  #compile(source: string, object: string, words: readonly string[]): Promise<CommandResult> {
    const flags = flagsOf(this.#compilation.options.debug)
      .filter((flag) => !flag.startsWith("-Wl,"))
      .map((flag) => flag.replace(buildFolder, () => this.#folder));
    return this.#run([...this.#target, ...flags, ...words, "-c", source, "-o", object]);
  }

  async #link(objects: readonly string[], own: readonly SourceFile[]): Promise<Uint8Array> {
    const output = join(this.#folder, "plugin.wasm");
    const { hasLibrary, isZig } = this.#compilation.compiler;
    // zig puts the stack first by default, and has no flag for it.
    const flags = flagsOf(this.#compilation.options.debug).filter(
      (flag) => flag.startsWith("-Wl,") && !(isZig && flag === "-Wl,--stack-first"),
    );
    const kind = hasLibrary ? ["-mexec-model=reactor"] : ["-nostdlib", "-Wl,--no-entry"];
    const result = await this.#run([...this.#target, ...kind, ...flags, ...objects, "-o", output]);
    if (result.code === 0) return readFile(output);
    const { sources } = this.#compilation;
    const problems = linkProblems(result.stderr, own);
    if (problems.length === 0) throw this.#failed(["-o", "plugin.wasm"], result);
    throw cLinkFailed(problems, sources.folder);
  }

  /** @throws TENON_SOURCE_INVALID that names every function of the contract that is not defined */
  #expectDefined(defined: ReadonlyMap<string, string>): void {
    const { bindings, sources } = this.#compilation;
    const missing = bindings.functions.filter(({ name, signature }) => !signature.type.optional && !defined.has(name));
    if (missing.length === 0) return;
    const file = sources.files.find(({ name }) => name.endsWith(".c"))?.path ?? sources.folder;
    const functions = missing.map(({ name, prototype, signature }) => ({ name, prototype, label: signature.label }));
    throw cFunctionsMissing(file, functions);
  }

  /** @throws TENON_TOOLCHAIN_MISSING if a header of the C library is missing: the source itself is not at fault */
  async #expectHeaders(found: readonly CompilerError[]): Promise<void> {
    const { command: words, version, missing } = this.#compilation.compiler;
    for (const { path, line, text } of found) {
      const header = /'(.+)' file not found/.exec(text)?.[1];
      if (header === undefined || !isLibraryHeader(header)) continue;
      const command = words.join(" ");
      // The libraries were found, so the headers alone are missing: they come in the same package.
      const parts = missing.length === 0 ? (["library"] as const) : missing;
      const installation = await installationOf(parts, command, version);
      forgetCompilers();
      throw cHeaderMissing(`${path}:${line}`, header, { command, version, parts }, installation);
    }
  }

  #run(words: readonly string[]): Promise<CommandResult> {
    const { compiler, work } = this.#compilation;
    const [file = "", ...first] = compiler.command;
    return runCommand(file, [...first, ...words], {
      folder: this.#folder,
      environment: compilerEnvironment(this.#folder),
      signal: work.signal,
    });
  }

  #failed(words: readonly string[], { end, stderr }: CommandResult) {
    const { compiler, sources } = this.#compilation;
    const command = [...compiler.command, ...words].join(" ");
    return compilerFailed({ command, end, output: stderr.trim().slice(0, 2000), folder: sources.folder });
  }
}

/** Returns what a promise resolved to. All of a build have settled by then: none writes to its folder any more. */
function fulfilled<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
}

/** What the linker says about the author's own files, with the names that the author knows. */
function linkProblems(output: string, own: readonly SourceFile[]): readonly CLinkProblem[] {
  const file = (object: string) => own[Number(/(\d+)\.o/.exec(object)?.[1] ?? -1)]?.path;
  return output.split(/\r?\n/).flatMap((line): CLinkProblem[] => {
    const [, object, unknown] = /(\S+\.o): undefined symbol: (.+)$/.exec(line) ?? [];
    if (object !== undefined && unknown !== undefined)
      return [{ kind: "undefined", symbol: unknown, file: file(object) }];
    const duplicate = /duplicate symbol: (.+)$/.exec(line)?.[1];
    if (duplicate !== undefined) return [{ kind: "duplicate", symbol: duplicate }];
    const mismatch = /function signature mismatch: (.+)$/.exec(line)?.[1];
    return mismatch === undefined ? [] : [{ kind: "mismatch", symbol: mismatch }];
  });
}

/** Returns the paths in a make rule: `plugin.o: plugin.c \` … */
function dependencies(rules: string): readonly string[] {
  const [, list = ""] = rules.replaceAll(/\\\r?\n/g, " ").split(/:\s/, 2);
  return list
    .split(/(?<!\\)\s+/)
    .map((path) => path.replaceAll("\\ ", " "))
    .filter((path) => path !== "");
}
