import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { appendCustomSection } from "../../binary/wasm/index.js";
import {
  type Builder,
  type BuildOptions,
  BuildStore,
  type Builds,
  type Built,
  bytesIn,
  type KeptBytes,
  keyOf,
  type Made,
  type SourceFile,
  type Work,
} from "../../build/index.js";
import type { Contract } from "../../contract/index.js";
import { sourceContractMissing } from "../../errors/factories/module-build.js";
import { contractText } from "../../runtime/contract-text.js";
import type { Artifact, Recognition } from "../../runtime/index.js";
import { type CBindings, cBindings } from "./bindings/index.js";
import { type Compilation, compileC, flagsOf } from "./compile.js";
import { type Compiler, findCompiler } from "./compiler.js";
import { descriptor } from "./descriptor.js";
import { type CSources, readSources } from "./sources.js";
import { asynchronousLibrary } from "./support/asynchronous.js";
import { freestandingLibrary } from "./support/freestanding.js";
import { glueHeader, supportHeader } from "./support/header.js";
import { supportLibrary } from "./support/library.js";

/** How plugins are built from C source. Every option has a default. */
export interface CModuleBuilderOptions {
  /** Where results are kept. Default: a folder in the user's cache. */
  readonly cacheFolder?: string | undefined;
  /** The compiler's command: `clang-19`, `zig cc`. Default: CC if it makes WebAssembly, then clang, then zig. */
  readonly compiler?: string | undefined;
}

const sectionName = "tenon:contract";
/** The format of cached results. Results in another format are built again. */
const format = "2";

/**
 * Makes the builder of plugins in C: a folder of `.c` files, or one such file, with a contract next to it.
 *
 * It writes nothing into the author's folder: `plugin.h` and the glue are generated from the contract for each build.
 * Results are cached by content: source, contract, compiler, flags.
 */
export function createCModuleBuilder(options: CModuleBuilderOptions = {}): Builder<"wasm"> {
  return new CModuleBuilder(options);
}

/** Bindings, and the glue for a plugin that defines every function. */
interface KeptBindings extends CBindings {
  readonly whole: string;
}

class CModuleBuilder implements Builder<"wasm"> {
  readonly kind = descriptor.kind;
  readonly entries = descriptor.entries;
  readonly language = descriptor.language;
  readonly #compiler: string | undefined;
  readonly #modules: Builds<Uint8Array, KeptBytes>;
  readonly #bindings = new WeakMap<Contract, KeptBindings>();

  constructor({ cacheFolder, compiler }: CModuleBuilderOptions) {
    this.#compiler = compiler;
    this.#modules = bytesIn(new BuildStore({ folder: cacheFolder, area: "c" }));
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

  async build(artifact: Artifact, options: BuildOptions = {}): Promise<Built<"wasm">> {
    const contract = contractOf(artifact);
    const bindings = this.#bindingsOf(contract);
    const wit = contractText(contract);
    const compiler = await findCompiler(this.#compiler);
    const sources = await readSources(artifact);
    const keyOfSources = (read: CSources) => keyOfBuild(read, bindings, wit, compiler, options.debug);
    const key = keyOfSources(sources);
    const kept = await this.#modules.kept(key);
    const build = async (work: Work) => ({
      ...(await compile({ sources, bindings, compiler, options, work }, wit)),
      // If a file was saved during the build, the result does not belong to this key.
      isCurrent: keyOfSources(await readSources(artifact)) === key,
    });
    const { bytes, digest, foreign } = kept ?? (await this.#modules.make(key, artifact.given, options, build));
    return {
      kind: this.kind,
      bytes,
      digest,
      fingerprint: `sha256:${keyOf(key, ...foreign.flat())}`,
      contract,
      inputs: [...sources.files.map(({ path }) => path), ...foreign.map(([path]) => path), ...sources.metadata],
      toolchain: compiler.description,
      cached: kept !== undefined,
    };
  }

  /** They are needed for the key of what is cached, and are kept as long as the contract. */
  #bindingsOf(contract: Contract): KeptBindings {
    let kept = this.#bindings.get(contract);
    if (kept === undefined) {
      const bindings = cBindings(contract);
      this.#bindings.set(contract, (kept = { ...bindings, whole: bindings.glue(() => true) }));
    }
    return kept;
  }

  async bindings(artifact: Artifact): Promise<readonly SourceFile[]> {
    const { header } = cBindings(contractOf(artifact));
    const folder = artifact.kind === "folder" ? artifact.path : dirname(artifact.path);
    return [
      { path: join(folder, "plugin.h"), text: header },
      { path: join(folder, "tenon.h"), text: supportHeader },
    ];
  }
}

async function compile(compilation: Compilation, wit: string): Promise<Made<Uint8Array>> {
  const { bytes, foreign } = await compileC(compilation);
  return { output: appendCustomSection(bytes, sectionName, new TextEncoder().encode(wit)), foreign };
}

function keyOfBuild(
  { files }: CSources,
  bindings: KeptBindings,
  wit: string,
  compiler: Compiler,
  debug: boolean | undefined,
): string {
  const ours = [
    bindings.header,
    bindings.whole,
    supportHeader,
    glueHeader,
    supportLibrary,
    asynchronousLibrary,
    freestandingLibrary,
  ];
  const own = files.flatMap(({ name, content }) => [name, content]);
  return keyOf(format, compiler.description, ...flagsOf(debug), wit, ...ours, ...own);
}

/** Whether the head of a file is text. It may end in the middle of a character. */
function isText(head: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return !head.includes(0);
  } catch {
    return false;
  }
}

function contractOf({ given, manifest }: Artifact): Contract {
  if (manifest.contract !== undefined) return manifest.contract;
  throw sourceContractMissing(given, "C");
}
