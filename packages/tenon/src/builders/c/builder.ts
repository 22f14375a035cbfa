import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { appendCustomSection } from "../../binary/wasm/index.js";
import { type Contract, contractToWit } from "../../contract/index.js";
import { errors } from "../../errors/index.js";
import type { Artifact, Recognition } from "../../runtime/index.js";
import type { BuiltModule, ModuleBuilder, ModuleBuildOptions, SourceFile } from "../../runtime/module-builder.js";
import { digest, ModuleStore } from "../../runtime/module-store.js";
import { type CBindings, cBindings } from "./bindings/index.js";
import { buildFlags, type Compilation, compileC } from "./compile.js";
import { type Compiler, findCompiler } from "./compiler.js";
import { type CSources, readSources } from "./sources.js";
import { freestandingLibrary } from "./support/freestanding.js";
import { glueHeader, supportHeader } from "./support/header.js";
import { supportLibrary } from "./support/library.js";

/** How plugins are built from C source. Everything has a default. */
export interface CModuleBuilderOptions {
  /** Where results are kept. Default: a folder in the user's cache. */
  readonly cacheFolder?: string | undefined;
  /** The compiler's command: `clang-19`, `zig cc`. Default: CC where it makes WebAssembly, clang, zig. */
  readonly compiler?: string | undefined;
}

const sectionName = "tenon:contract";
const mostInMemory = 16;
/** Of what is kept: results of another are made again. */
const format = "2";

/**
 * Makes the builder of plugins in C: a folder of `.c` files, or one such file, with a contract beside it.
 *
 * Nothing is written into the author's folder: `plugin.h` and the glue are made of the contract for each build. Results
 * are kept by content: source, contract, compiler, flags.
 */
export function createCModuleBuilder(options: CModuleBuilderOptions = {}): ModuleBuilder {
  return new CModuleBuilder(options);
}

/** A result, with what it was made of outside of the plugin's folder: path and digest. */
interface Kept {
  readonly bytes: Uint8Array;
  readonly foreign: readonly (readonly [path: string, digest: string])[];
}

class CModuleBuilder implements ModuleBuilder {
  readonly language = "C";
  readonly #compiler: string | undefined;
  readonly #store: ModuleStore;
  readonly #memory = new Map<string, Kept>();
  readonly #running = new Map<string, Promise<Kept>>();

  constructor({ cacheFolder, compiler }: CModuleBuilderOptions) {
    this.#compiler = compiler;
    this.#store = new ModuleStore(cacheFolder, "c");
  }

  async recognise({ kind, path, head, manifest }: Artifact): Promise<Recognition | undefined> {
    if (kind === "file")
      return path.endsWith(".c") && isText(head) ? { confidence: 1, description: "C source file" } : undefined;
    if (manifest.entry !== undefined && !manifest.entry.endsWith(".c")) return undefined;
    const names = await readdir(path).catch((): string[] => []);
    return names.some((name) => name.endsWith(".c")) ? { confidence: 1, description: "folder of C source" } : undefined;
  }

  async contract({ manifest }: Artifact): Promise<Contract | undefined> {
    return manifest.contract;
  }

  async build(artifact: Artifact, options: ModuleBuildOptions = {}): Promise<BuiltModule> {
    const contract = contractOf(artifact);
    const bindings = cBindings(contract);
    const wit = contractToWit(contract);
    const compiler = await findCompiler(this.#compiler);
    const sources = await readSources(artifact);
    const key = keyOf(sources, bindings, wit, compiler);
    const kept = await this.#kept(key);
    const { bytes, foreign } = kept ?? (await this.#make(key, { sources, bindings, compiler, options }, wit));
    return {
      bytes,
      fingerprint: `sha256:${digest(key, ...foreign.flat())}`,
      contract,
      inputs: [...sources.files.map(({ path }) => path), ...foreign.map(([path]) => path), ...sources.beside],
      toolchain: compiler.description,
      cached: kept !== undefined,
    };
  }

  async bindings(artifact: Artifact): Promise<readonly SourceFile[]> {
    const { header } = cBindings(contractOf(artifact));
    const folder = artifact.kind === "folder" ? artifact.path : dirname(artifact.path);
    return [
      { path: join(folder, "plugin.h"), text: header },
      { path: join(folder, "tenon.h"), text: supportHeader },
    ];
  }

  #make(key: string, compilation: Compilation, wit: string): Promise<Kept> {
    let running = this.#running.get(key);
    if (running === undefined) {
      running = this.#compile(key, compilation, wit).finally(() => this.#running.delete(key));
      this.#running.set(key, running);
    }
    return running;
  }

  async #compile(key: string, compilation: Compilation, wit: string): Promise<Kept> {
    const compiled = await compileC(compilation);
    const bytes = appendCustomSection(compiled.bytes, sectionName, new TextEncoder().encode(wit));
    const foreign = await Promise.all(compiled.foreign.map(async (path) => [path, await digestOf(path)] as const));
    this.#remember(key, { bytes, foreign });
    await this.#store.write(`${key}.wasm`, bytes);
    await this.#store.write(`${key}.json`, JSON.stringify({ content: digest(bytes), foreign }));
    await this.#store.prune(".wasm");
    await this.#store.prune(".json");
    return { bytes, foreign };
  }

  /** A result of the same content, of this process or another, as long as what lies outside of the folder is the same, too. */
  async #kept(key: string): Promise<Kept | undefined> {
    const found = this.#memory.get(key) ?? (await this.#stored(key));
    for (const [path, content] of found?.foreign ?? []) if ((await digestOf(path)) !== content) return undefined;
    if (found !== undefined) this.#remember(key, found);
    return found;
  }

  async #stored(key: string): Promise<Kept | undefined> {
    const [bytes, about] = await Promise.all([this.#store.read(`${key}.wasm`), this.#store.read(`${key}.json`)]);
    if (bytes === undefined || about === undefined) return undefined;
    try {
      const { content, foreign } = JSON.parse(new TextDecoder().decode(about)) as Kept & { content: string };
      // A file that was cut short or changed is not used.
      return content === digest(bytes) && Array.isArray(foreign) ? { bytes, foreign } : undefined;
    } catch {
      return undefined;
    }
  }

  #remember(key: string, kept: Kept): void {
    this.#memory.delete(key);
    this.#memory.set(key, kept);
    const [oldest] = this.#memory.keys();
    if (this.#memory.size > mostInMemory && oldest !== undefined) this.#memory.delete(oldest);
  }
}

function keyOf({ files }: CSources, bindings: CBindings, wit: string, compiler: Compiler): string {
  const ours = [
    bindings.header,
    bindings.glue(() => true),
    supportHeader,
    glueHeader,
    supportLibrary,
    freestandingLibrary,
  ];
  const own = files.flatMap(({ name, content }) => [name, content]);
  return digest(format, compiler.description, ...buildFlags, wit, ...ours, ...own);
}

/** The head of a file may end within a character. */
function isText(head: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return !head.includes(0);
  } catch {
    return false;
  }
}

async function digestOf(path: string): Promise<string> {
  return digest((await readFile(path).catch(() => undefined)) ?? "");
}

function contractOf({ given, manifest }: Artifact): Contract {
  if (manifest.contract !== undefined) return manifest.contract;
  throw errors.TENON_SOURCE_CONTRACT({
    message: `${given} is C source, and no .wit file beside it tells which contract it implements`,
    subject: given,
  });
}
