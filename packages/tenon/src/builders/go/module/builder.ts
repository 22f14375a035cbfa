import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { appendCustomSection } from "../../../binary/index.js";
import { type Contract, contractToWit } from "../../../contract/index.js";
import { errors } from "../../../errors/index.js";
import type { Artifact, Recognition } from "../../../runtime/index.js";
import type { BuiltModule, ModuleBuilder, ModuleBuildOptions, SourceFile } from "../../../runtime/module-builder.js";
import { digest, ModuleStore } from "../../../runtime/module-store.js";
import { authorTypes } from "./author-types.js";
import { type GoBindings, generateBindings } from "./bindings/index.js";
import { bundledTools } from "./bundled-tools.js";
import { compileModule, contentOf, flagsOfBuild } from "./compile.js";
import { goBindings } from "./editor-bindings.js";
import { type GoTools, minorOfRelease } from "./go-tools.js";
import { findLocalTools } from "./local-tools.js";
import { missing, sourceError } from "./messages.js";
import { type GoPackage, type PackageGraph, readPackageGraph } from "./package-graph.js";
import { isUnchanged } from "./unchanged.js";

/** How plugins are built from Go source. Everything has a default. */
export interface GoModuleBuilderOptions {
  /** Where results are kept. Default: a folder in the user's cache. */
  readonly cacheFolder?: string | undefined;
  /** Which tool chain builds. Default `any`: the local Go, and where there is none the one that is WebAssembly. */
  readonly toolchain?: "any" | "local" | "bundled" | undefined;
  /** The folder of the package @tenon/go-toolchain. Default: where it is installed beside tenon. */
  readonly bundled?: string | undefined;
  /** Default: that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

const sectionName = "tenon:contract";
const mostInMemory = 16;

/**
 * Makes the builder of plugins in Go: a folder with package main, or one such file, with a contract beside it.
 *
 * Nothing is written into the author's folder: the bindings of the contract are compiled beside the author's files, from a
 * folder that goes with the build. Results are kept by content: source, contract, tool chain, flags.
 */
export function createGoModuleBuilder(options: GoModuleBuilderOptions = {}): ModuleBuilder & Preparing {
  return new GoModuleBuilder(options);
}

/** What gets faster with use. */
export interface Preparing {
  /** Resolves when nothing is under way that makes later builds faster. */
  prepared(): Promise<void>;
}

class GoModuleBuilder implements ModuleBuilder, Preparing {
  readonly language = "Go";
  readonly #options: GoModuleBuilderOptions;
  readonly #store: ModuleStore;
  readonly #memory = new Map<string, Uint8Array>();
  readonly #running = new Map<string, Promise<Uint8Array>>();
  #tools: Promise<GoTools | undefined> | undefined;

  constructor(options: GoModuleBuilderOptions) {
    this.#options = options;
    this.#store = new ModuleStore(options.cacheFolder, "go");
  }

  async prepared(): Promise<void> {
    await (await this.#tools)?.prepared;
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

  async build(artifact: Artifact, options: ModuleBuildOptions = {}): Promise<BuiltModule> {
    const contract = contractOf(artifact);
    const tools = await this.#findTools(artifact);
    const graph = await readPackageGraph(artifact.path, minorOfRelease(tools.release));
    const plugin = expectMain(graph, artifact);
    const bindings = generateBindings(contract, authorTypes(plugin));
    expectTypes(bindings, plugin, artifact);
    const wit = contractToWit(contract);
    const key = keyOf(graph, wit, bindings, tools);
    const inputs = await inputsOf(artifact, graph);
    const about = { fingerprint: `sha256:${key}`, contract, inputs, toolchain: tools.label };
    const kept = this.#memory.get(key) ?? (await this.#store.read(`${key}.wasm`));
    if (kept !== undefined) {
      this.#remember(key, kept);
      return { ...about, bytes: kept, cached: true };
    }
    const running = this.#running.get(key) ?? this.#make(key, { artifact, graph, bindings, tools, wit }, options);
    return { ...about, bytes: await running, cached: false };
  }

  #make(
    key: string,
    about: { artifact: Artifact; graph: PackageGraph; bindings: GoBindings; tools: GoTools; wit: string },
    { signal, progress }: ModuleBuildOptions,
  ): Promise<Uint8Array> {
    const { artifact, graph, bindings, tools, wit } = about;
    const making = (async () => {
      const module = await compileModule({
        folder: artifact.path,
        graph,
        bindings,
        tools,
        store: this.#store,
        signal: signal ?? new AbortController().signal,
        progress,
      });
      const bytes = appendCustomSection(module, sectionName, new TextEncoder().encode(wit));
      if ((await Promise.all(graph.packages.map(isUnchanged))).includes(false)) return bytes;
      this.#remember(key, bytes);
      await this.#store.write(`${key}.wasm`, bytes);
      await this.#store.prune(".wasm");
      return bytes;
    })().finally(() => this.#running.delete(key));
    this.#running.set(key, making);
    return making;
  }

  #remember(key: string, bytes: Uint8Array): void {
    this.#memory.delete(key);
    this.#memory.set(key, bytes);
    const [oldest] = this.#memory.keys();
    if (this.#memory.size > mostInMemory && oldest !== undefined) this.#memory.delete(oldest);
  }

  /** @throws TENON_TOOLCHAIN_MISSING */
  async #findTools(artifact: Artifact): Promise<GoTools> {
    this.#tools ??= this.#chooseTools();
    const tools = await this.#tools;
    if (tools !== undefined) return tools;
    this.#tools = undefined;
    throw errors.TENON_TOOLCHAIN_MISSING({
      message: `${artifact.given} is Go source, and there is no Go 1.24 or later in PATH and no package @tenon/go-toolchain`,
      subject: artifact.given,
      fix: { text: "Install Go from https://go.dev/dl/, or the package @tenon/go-toolchain beside tenon." },
    });
  }

  async #chooseTools(): Promise<GoTools | undefined> {
    const { toolchain = "any", environment = process.env } = this.#options;
    const local = toolchain === "bundled" ? undefined : await findLocalTools(environment, this.#store);
    if (local !== undefined || toolchain === "local") return local;
    return bundledTools(this.#store, this.#options.bundled);
  }
}

/** @throws TENON_SOURCE_CONTRACT */
function contractOf({ manifest, given }: Artifact): Contract {
  if (manifest.contract !== undefined) return manifest.contract;
  throw errors.TENON_SOURCE_CONTRACT({
    message: `${given} is Go source, and no .wit file beside it tells which contract it implements`,
    subject: given,
  });
}

function expectMain(graph: PackageGraph, { given, path }: Artifact): GoPackage {
  const plugin = graph.packages.at(-1);
  const [file] = plugin?.files ?? [];
  if (plugin === undefined || file === undefined)
    throw errors.TENON_SOURCE_INVALID({
      message: `${given} has no Go file that belongs to a build for wasip1/wasm`,
      subject: path,
      fix: { text: "Write a file of package main whose name and //go:build line do not exclude wasip1." },
    });
  const other = plugin.files.find(({ packageName }) => packageName !== undefined && packageName !== "main");
  if (other === undefined) return plugin;
  const line = other.source.split("\n").findIndex((text) => /^\s*package\b/.test(text)) + 1;
  const text = `package ${other.packageName}: a plugin is a package main`;
  throw sourceError([{ path: other.path, line, column: 1, text }], path);
}

/** Types are looked for before anything is compiled: the compiler would complain about our file, not the author's. */
function expectTypes(bindings: GoBindings, plugin: GoPackage, { path }: Artifact): void {
  const seen = new Set<string>();
  const complaints = bindings.required
    .filter(({ type }) => !seen.has(type) && seen.add(type) && !plugin.files.some((file) => file.declared.has(type)))
    .map((required) => missing(required, plugin));
  if (complaints.length > 0) throw sourceError(complaints, path);
}

function keyOf(graph: PackageGraph, wit: string, bindings: GoBindings, tools: GoTools): string {
  const files = graph.packages.flatMap((each) => [each.path, each.language ?? "", ...contentOf(each)]);
  return digest(flagsOfBuild, tools.release, wit, bindings.source, ...files);
}

/** What to watch: a change of any of these changes the result. */
async function inputsOf(artifact: Artifact, graph: PackageGraph): Promise<readonly string[]> {
  const folder = artifact.kind === "folder" ? artifact.path : dirname(artifact.path);
  const beside = (await readdir(folder)).filter((name) => name.endsWith(".wit") || name.endsWith("tenon.json"));
  return [
    ...graph.packages.flatMap((each) => [...each.files, ...each.embedded.files.values()].map(({ path }) => path)),
    ...graph.inputs,
    ...beside.map((name) => join(folder, name)),
  ];
}

function textOf(head: Uint8Array): string {
  return new TextDecoder().decode(head);
}
