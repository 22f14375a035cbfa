import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { appendCustomSection } from "../../../binary/index.js";
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
} from "../../../build/index.js";
import type { Contract } from "../../../contract/index.js";
import { goFilesMissing, goToolsMissing, otherPackageText } from "../../../errors/factories/go-module.js";
import { sourceContractMissing } from "../../../errors/factories/module-build.js";
import { contractText } from "../../../runtime/contract-text.js";
import type { Artifact, Recognition } from "../../../runtime/index.js";
import { authorTypes } from "./author-types.js";
import { type GoBindings, generateBindings } from "./bindings/index.js";
import { bundledTools } from "./bundled-tools.js";
import { compileModule, contentOf, flagsOfBuild, flagsOfLink } from "./compile.js";
import { descriptor } from "./descriptor.js";
import { goBindings } from "./editor-bindings.js";
import { sourceError } from "./errors/source-error.js";
import { type GoTools, minorOfRelease } from "./go-tools.js";
import { findLocalTools } from "./local-tools.js";
import { missingType } from "./messages.js";
import { type GoPackage, type PackageGraph, readPackageGraph } from "./package-graph.js";
import { isUnchanged } from "./unchanged.js";

/** How plugins are built from Go source. Every option has a default. */
export interface GoModuleBuilderOptions {
  /** Where results are cached. Default: a folder in the user's cache. */
  readonly cacheFolder?: string | undefined;
  /** The tool chain to use. Default `any`: the local Go, or else the bundled one, which runs as WebAssembly. */
  readonly toolchain?: "any" | "local" | "bundled" | undefined;
  /** The folder of the package @tenon/go-toolchain. Default: where it is installed next to tenon. */
  readonly bundled?: string | undefined;
  /** Default: that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

const sectionName = "tenon:contract";

/**
 * Makes the builder of plugins in Go: a folder with package main, or one such file, with a contract next to it.
 *
 * It writes nothing into the author's folder: the contract's bindings are compiled with the author's files, but are in a
 * folder that is removed after the build. Results are cached by content: source, contract, tool chain, flags.
 *
 * @param rounds for tests: how often a build is repeated in the background to optimise the bundled tools.
 */
export function createGoModuleBuilder(
  options: GoModuleBuilderOptions = {},
  rounds?: number,
): Builder<"wasm"> & WarmingUp {
  return new GoModuleBuilder(options, rounds);
}

/** A builder that gets faster with use. */
export interface WarmingUp {
  /** Resolves when no work is running that makes later builds faster. */
  warmedUp(): Promise<void>;
}

class GoModuleBuilder implements Builder<"wasm">, WarmingUp {
  readonly kind = descriptor.kind;
  readonly entries = descriptor.entries;
  readonly language = descriptor.language;
  readonly #options: GoModuleBuilderOptions;
  readonly #rounds: number | undefined;
  readonly #store: BuildStore;
  readonly #modules: Builds<Uint8Array, KeptBytes>;
  readonly #bindings = new WeakMap<Contract, { readonly types: string; readonly bindings: GoBindings }>();
  #tools: Promise<GoTools | undefined> | undefined;

  constructor(options: GoModuleBuilderOptions, rounds: number | undefined) {
    this.#options = options;
    this.#rounds = rounds;
    this.#store = new BuildStore({ folder: options.cacheFolder, area: "go" });
    this.#modules = bytesIn(this.#store);
  }

  async warmedUp(): Promise<void> {
    await (await this.#tools)?.warmedUp;
  }

  async bindings(artifact: Artifact): Promise<readonly SourceFile[]> {
    return [await goBindings(artifact)];
  }

  async recognise(artifact: Artifact): Promise<Recognition | undefined> {
    if (artifact.kind === "file") {
      if (!artifact.path.endsWith(".go") || !/^\s*package\s+main\b/m.test(textOf(artifact.head))) return undefined;
      return { confidence: 2, description: "Go source file" };
    }
    if (artifact.manifest.entry !== undefined && !artifact.manifest.entry.endsWith(".go")) return undefined;
    const names = await readdir(artifact.path).catch((): string[] => []);
    if (!names.some((name) => name.endsWith(".go"))) return undefined;
    return { confidence: 2, description: "folder of Go source" };
  }

  async contract(artifact: Artifact): Promise<Contract | undefined> {
    return artifact.manifest.contract;
  }

  async build(artifact: Artifact, options: BuildOptions = {}): Promise<Built<"wasm">> {
    const contract = contractOf(artifact);
    const tools = await this.#findTools(artifact);
    const graph = await readPackageGraph(artifact.path, minorOfRelease(tools.release));
    const plugin = expectMain(graph, artifact);
    const bindings = this.#bindingsOf(contract, plugin);
    expectTypes(bindings, plugin, artifact);
    const wit = contractText(contract);
    const key = keyOfBuild(graph, wit, bindings, tools);
    const inputs = await inputsOf(artifact, graph);
    const kept = await this.#modules.kept(key);
    const build = (work: Work) => this.#build({ artifact, graph, bindings, tools, wit }, work);
    const { bytes, digest } = kept ?? (await this.#modules.make(key, artifact.given, options, build));
    return {
      kind: this.kind,
      bytes,
      digest,
      fingerprint: `sha256:${key}`,
      contract,
      inputs,
      toolchain: tools.label,
      cached: kept !== undefined,
    };
  }

  /** The bindings of a contract, which are needed for the key of what is cached, are kept for the last author's types. */
  #bindingsOf(contract: Contract, plugin: GoPackage): GoBindings {
    const types = JSON.stringify(plugin.files.map(({ declared, takesContext }) => [[...declared], [...takesContext]]));
    const known = this.#bindings.get(contract);
    if (known?.types === types) return known.bindings;
    const bindings = generateBindings(contract, authorTypes(plugin));
    this.#bindings.set(contract, { types, bindings });
    return bindings;
  }

  async #build(
    about: { artifact: Artifact; graph: PackageGraph; bindings: GoBindings; tools: GoTools; wit: string },
    work: Work,
  ): Promise<Made<Uint8Array>> {
    const { artifact, graph, bindings, tools, wit } = about;
    const module = await compileModule({
      folder: artifact.path,
      graph,
      bindings,
      tools,
      store: this.#store,
      signal: work.signal ?? new AbortController().signal,
      work,
    });
    return {
      output: appendCustomSection(module, sectionName, new TextEncoder().encode(wit)),
      isCurrent: !(await Promise.all(graph.packages.map(isUnchanged))).includes(false),
    };
  }

  /** @throws TENON_TOOLCHAIN_MISSING */
  async #findTools(artifact: Artifact): Promise<GoTools> {
    const choosing = (this.#tools ??= this.#chooseTools());
    try {
      const tools = await choosing;
      if (tools !== undefined) return tools;
    } catch (thrown) {
      this.#tools = undefined;
      throw thrown;
    }
    this.#tools = undefined;
    throw goToolsMissing(artifact.given);
  }

  async #chooseTools(): Promise<GoTools | undefined> {
    const { toolchain = "any", environment = process.env } = this.#options;
    const local = toolchain === "bundled" ? undefined : await findLocalTools(environment, this.#store);
    if (local !== undefined || toolchain === "local") return local;
    // Its own area: the tools may read the whole folder.
    const unpacked = new BuildStore({ folder: this.#options.cacheFolder, area: "go-toolchain" });
    return bundledTools(unpacked, this.#options.bundled, this.#rounds);
  }
}

/** @throws TENON_SOURCE_CONTRACT */
function contractOf({ manifest, given }: Artifact): Contract {
  if (manifest.contract !== undefined) return manifest.contract;
  throw sourceContractMissing(given, "Go");
}

function expectMain(graph: PackageGraph, { given, path }: Artifact): GoPackage {
  const plugin = graph.packages.at(-1);
  const [file] = plugin?.files ?? [];
  if (plugin === undefined || file === undefined) throw goFilesMissing(given, path);
  const other = plugin.files.find(({ packageName }) => packageName !== undefined && packageName !== "main");
  if (other === undefined) return plugin;
  const line = other.source.split("\n").findIndex((text) => /^\s*package\b/.test(text)) + 1;
  throw sourceError([{ path: other.path, line, column: 1, text: otherPackageText(other.packageName) }], path);
}

/** Looks for missing types before compiling, since the compiler would report them in the bindings, not in the author's files. */
function expectTypes(bindings: GoBindings, plugin: GoPackage, { path }: Artifact): void {
  const types = [...new Set(bindings.required.map(({ type }) => type))];
  const problems = types
    .filter((type) => !plugin.files.some((file) => file.declared.has(type)))
    .map((type) => missingType(type, bindings, plugin));
  if (problems.length > 0) throw sourceError(problems, path);
}

function keyOfBuild(graph: PackageGraph, wit: string, bindings: GoBindings, tools: GoTools): string {
  const files = graph.packages.flatMap((each) => [each.path, each.language ?? "", ...contentOf(each)]);
  return keyOf(flagsOfBuild, ...flagsOfLink, tools.release, wit, bindings.source, ...files);
}

/** Returns the files to watch: a change to any of them changes the result. */
async function inputsOf(artifact: Artifact, graph: PackageGraph): Promise<readonly string[]> {
  const folder = artifact.kind === "folder" ? artifact.path : dirname(artifact.path);
  const metadata = (await readdir(folder)).filter((name) => name.endsWith(".wit") || name.endsWith("tenon.json"));
  return [
    ...graph.packages.flatMap((each) => [...each.files, ...each.embedded.files.values()].map(({ path }) => path)),
    ...graph.inputs,
    ...metadata.map((name) => join(folder, name)),
  ];
}

function textOf(head: Uint8Array): string {
  return new TextDecoder().decode(head);
}
