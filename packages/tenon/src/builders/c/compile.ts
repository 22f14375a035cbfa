import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve, sep } from "node:path";
import { errors } from "../../errors/index.js";
import type { ModuleBuildOptions } from "../../runtime/module-builder.js";
import type { CBindings } from "./bindings/index.js";
import type { Compiler } from "./compiler.js";
import { type Complaint, complaintsIn, sourceError } from "./messages.js";
import { definedFunctions } from "./object-symbols.js";
import { type CommandResult, run } from "./run.js";
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
  readonly options: ModuleBuildOptions;
}

export interface Compiled {
  readonly bytes: Uint8Array;
  /** Files besides the plugin's sources that went into it, the system's own aside. */
  readonly foreign: readonly string[];
}

/** What C lets pass and is a fault in every plugin. */
const errorsToo = ["implicit-function-declaration", "return-type", "incompatible-pointer-types", "int-conversion"];
const stackSize = 1024 * 1024;
const mostMissing = 20;

/** All that decides about the result besides the sources and the compiler. */
export const buildFlags: readonly string[] = [
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

/**
 * Compiles the source, the contract's glue and the support library, and links them.
 *
 * @throws TENON_SOURCE_INVALID, TENON_TOOLCHAIN_FAILED
 */
export async function compileC(compilation: Compilation): Promise<Compiled> {
  const folder = await mkdtemp(join(tmpdir(), "tenon-c-"));
  try {
    return await new CBuild(compilation, folder).build();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class CBuild {
  readonly #compilation: Compilation;
  readonly #folder: string;
  readonly #target: readonly string[];

  constructor(compilation: Compilation, folder: string) {
    this.#compilation = compilation;
    this.#folder = folder;
    const { hasLibrary, isZig } = compilation.compiler;
    this.#target = isZig
      ? ["-target", "wasm32-wasi", "-fno-sanitize=undefined"]
      : hasLibrary
        ? ["--target=wasm32-wasi"]
        : ["--target=wasm32-unknown-unknown", "-ffreestanding", "-DTENON_FREESTANDING"];
  }

  async build(): Promise<Compiled> {
    const { sources, bindings, compiler, options } = this.#compilation;
    const own = sources.files.filter(({ name }) => name.endsWith(".c"));
    await this.#writeGenerated("plugin.h", bindings.header);
    await this.#writeGenerated("tenon.h", supportHeader);
    await this.#writeGenerated("tenon_glue.h", glueHeader);
    options.progress?.(`compiling ${own.length === 1 ? own[0]!.name : `${own.length} files`}`);
    const results = await Promise.all(own.map((file, at) => this.#compileOwn(file, `${at}.o`)));
    const complaints = results.flatMap((result) => result.complaints);
    if (complaints.length > 0) throw sourceError(complaints, sources.folder, this.#libraryFix(complaints));
    const defined = new Map<string, string>();
    for (const [at, { object }] of results.entries())
      for (const name of definedFunctions(await readFile(object))) defined.set(name, own[at]!.name);
    this.#expectDefined(defined);
    const objects = results.map(({ object }) => object);
    objects.push(
      await this.#compileOurs(
        "plugin_glue",
        bindings.glue((name) => defined.has(name)),
      ),
    );
    objects.push(await this.#compileOurs("tenon", supportLibrary));
    if (bindings.isAsynchronous) objects.push(await this.#compileOurs("tenon_asynchronous", asynchronousLibrary));
    if (!compiler.hasLibrary) objects.push(await this.#compileOurs("tenon_freestanding", freestandingLibrary));
    const bytes = await this.#link(objects, own);
    return { bytes, foreign: [...new Set(results.flatMap((result) => result.foreign))].sort() };
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
    const words = ["-I", this.#folder, "-I", folder, `-ffile-prefix-map=${folder}=.`, "-MMD", "-MF", rules];
    // A copy of the header in the author's folder, for an editor, may be older than the contract: ours comes first.
    words.unshift("-include", join(this.#folder, "plugin.h"));
    const result = await this.#compile(file.path, object, words);
    const complaints = complaintsIn(result.stderr);
    if (result.code !== 0 && complaints.length === 0) throw this.#failed(["-c", file.name], result);
    const used = result.code === 0 ? dependencies(await readFile(rules, "utf8")) : [];
    const known = new Set(this.#compilation.sources.files.map(({ path }) => path));
    const isForeign = (path: string) => !known.has(path) && !path.startsWith(this.#folder + sep);
    return { object, complaints, foreign: used.map((path) => resolve(this.#folder, path)).filter(isForeign) };
  }

  async #compileOurs(name: string, text: string): Promise<string> {
    const source = await this.#writeGenerated(`${name}.c`, text);
    const object = join(this.#folder, `${name}.o`);
    const result = await this.#compile(source, object, ["-I", this.#folder, "-std=c11", "-w", "-fno-builtin"]);
    if (result.code !== 0) throw this.#failed(["-c", `${name}.c`], result);
    return object;
  }

  #compile(source: string, object: string, words: readonly string[]): Promise<CommandResult> {
    const flags = buildFlags.filter((flag) => !flag.startsWith("-Wl,"));
    return this.#run([...this.#target, ...flags, ...words, "-c", source, "-o", object]);
  }

  async #link(objects: readonly string[], own: readonly SourceFile[]): Promise<Uint8Array> {
    const output = join(this.#folder, "plugin.wasm");
    const { hasLibrary, isZig } = this.#compilation.compiler;
    // zig puts the stack first by itself, and knows no flag for it.
    const flags = buildFlags.filter((flag) => flag.startsWith("-Wl,") && !(isZig && flag === "-Wl,--stack-first"));
    const kind = hasLibrary ? ["-mexec-model=reactor"] : ["-nostdlib", "-Wl,--no-entry"];
    const result = await this.#run([...this.#target, ...kind, ...flags, ...objects, "-o", output]);
    if (result.code === 0) return readFile(output);
    const { sources } = this.#compilation;
    const complaints = linkComplaints(result.stderr, own);
    if (complaints.length === 0) throw this.#failed(["-o", "plugin.wasm"], result);
    throw errors.TENON_SOURCE_INVALID({ message: complaints.join("\n"), subject: sources.folder });
  }

  /** @throws TENON_SOURCE_INVALID that names every function which the contract wants and nobody defines. */
  #expectDefined(defined: ReadonlyMap<string, string>): void {
    const { bindings, sources } = this.#compilation;
    const missing = bindings.functions.filter(({ name, signature }) => !signature.type.optional && !defined.has(name));
    if (missing.length === 0) return;
    const file = sources.files.find(({ name }) => name.endsWith(".c"))?.path ?? sources.folder;
    const texts = missing
      .slice(0, mostMissing)
      .map(
        ({ name, prototype, signature }) =>
          `${file}: nothing defines ${name}, which is ${signature.label}() of the contract: ${prototype};`,
      );
    if (missing.length > mostMissing) texts.push(`and ${missing.length - mostMissing} more`);
    throw errors.TENON_SOURCE_INVALID({
      message: texts.join("\n"),
      subject: file,
      fix: { text: 'Include "plugin.h" and define what is missing.' },
    });
  }

  /** Why a header of the C library is not found, where there is none. */
  #libraryFix(complaints: readonly Complaint[]): string | undefined {
    if (this.#compilation.compiler.hasLibrary) return undefined;
    return complaints.some(({ text }) => /file not found/.test(text))
      ? "Install a C library for WebAssembly (Debian: wasi-libc and libclang-rt-dev-wasm32), or zig."
      : undefined;
  }

  #run(words: readonly string[]): Promise<CommandResult> {
    const { compiler, options } = this.#compilation;
    return run([...compiler.command, ...words], this.#folder, options.signal);
  }

  #failed(words: readonly string[], { code, stderr }: CommandResult) {
    const { compiler, sources } = this.#compilation;
    const command = [...compiler.command, ...words].join(" ");
    return errors.TENON_TOOLCHAIN_FAILED({
      message: `${command} ${code === undefined ? "could not be run" : `failed with exit code ${code}`}: ${stderr.trim().slice(0, 2000)}`,
      subject: sources.folder,
    });
  }
}

/** What the linker says of the author's own files, named as the author knows them. */
function linkComplaints(output: string, own: readonly SourceFile[]): readonly string[] {
  const file = (object: string) => own[Number(/(\d+)\.o/.exec(object)?.[1] ?? -1)]?.path ?? "the glue of the contract";
  return output.split(/\r?\n/).flatMap((line) => {
    const unknown = /(\S+\.o): undefined symbol: (.+)$/.exec(line);
    if (unknown !== null) return [`${file(unknown[1]!)}: nothing defines ${unknown[2]}`];
    const twice = /duplicate symbol: (.+)$/.exec(line);
    if (twice !== null) return [`${twice[1]} is defined more than once`];
    const other = /function signature mismatch: (.+)$/.exec(line);
    return other === null
      ? []
      : [`${other[1]} is not defined as plugin.h has it: include "plugin.h" where it is defined`];
  });
}

/** The paths in a rule of make: `plugin.o: plugin.c \` … */
function dependencies(rules: string): readonly string[] {
  const [, list = ""] = rules.replaceAll(/\\\r?\n/g, " ").split(/:\s/, 2);
  return list
    .split(/(?<!\\)\s+/)
    .map((path) => path.replaceAll("\\ ", " "))
    .filter((path) => path !== "");
}
