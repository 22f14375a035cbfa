import { readdir } from "node:fs/promises";
import { withReadableFunctions } from "../../binary/wasm/function-names.js";
import { appendCustomSection } from "../../binary/wasm/index.js";
import type { Contract } from "../../contract/index.js";
import { BuiltModules, type MadeModule } from "../../runtime/built-modules.js";
import { contractOfSource } from "../../runtime/component-source.js";
import { contractText } from "../../runtime/contract-text.js";
import type { Artifact, Recognition } from "../../runtime/index.js";
import type { BuiltModule, ModuleBuilder, ModuleBuildOptions, SourceFile } from "../../runtime/module-builder.js";
import { digest, ModuleStore } from "../../runtime/module-store.js";
import { buildByCargo, flagsOf } from "./cargo.js";
import { readPackage } from "./package.js";
import { expectPlugin, packageFileName } from "./package-file.js";
import { sourceNames } from "./source-names.js";
import { readSources } from "./sources.js";
import { targetFolder } from "./target-folders.js";
import { findToolchain } from "./toolchain.js";

/** How plugins are built from Rust source. Every option has a default. */
export interface RustModuleBuilderOptions {
  /** Where results are cached, and cargo's own output. Default: a folder in the user's cache. */
  readonly cacheFolder?: string | undefined;
}

const sectionName = "tenon:contract";
/** The format of cached results. Results in another format are built again. */
const format = "2";

/**
 * Makes the builder of plugins in Rust: a folder with a Cargo.toml, and a contract next to it or in its folder `wit`. The
 * local cargo builds components from them.
 *
 * Cargo's output goes into the cache. The author's folder only gets a Cargo.lock if there is none.
 * Building runs code: build scripts and macros, of the plugin and of its dependencies.
 */
export function createRustModuleBuilder(options: RustModuleBuilderOptions = {}): ModuleBuilder {
  return new RustModuleBuilder(options);
}

class RustModuleBuilder implements ModuleBuilder {
  readonly sources = sourceNames;
  readonly language = "Rust";
  readonly runsCode = true as const;
  readonly #store: ModuleStore;
  readonly #modules: BuiltModules;

  constructor({ cacheFolder }: RustModuleBuilderOptions) {
    this.#store = new ModuleStore(cacheFolder, "rust");
    this.#modules = new BuiltModules(this.#store);
  }

  async recognise({ kind, path, manifest }: Artifact): Promise<Recognition | undefined> {
    if (kind !== "folder") return undefined;
    if (manifest.entry !== undefined && !/(?:\.rs|Cargo\.toml)$/.test(manifest.entry)) return undefined;
    const names = await readdir(path).catch((): string[] => []);
    return names.includes(packageFileName) ? { confidence: 2, description: "Rust package" } : undefined;
  }

  async contract(artifact: Artifact): Promise<Contract> {
    await expectPlugin(artifact.path);
    return contractOfSource(artifact);
  }

  async build(artifact: Artifact, options: ModuleBuildOptions = {}): Promise<BuiltModule> {
    const contract = await this.contract(artifact);
    const { path: folder } = artifact;
    const toolchain = await findToolchain(folder, options.signal);
    const wit = contractText(contract);
    const { paths, digest: content } = await readSources(folder);
    // Debug data names the folder of the sources.
    const place = options.debug === true ? [folder] : [];
    const key = digest(format, toolchain, ...flagsOf(options.debug), ...place, wit, content);
    const kept = await this.#modules.kept(key);
    const build = () => this.#build(folder, wit, content, options);
    const { bytes, foreign } = kept ?? (await this.#modules.make(key, build));
    return {
      bytes,
      fingerprint: `sha256:${digest(key, ...foreign.flat())}`,
      contract,
      inputs: [...paths, ...foreign.map(([path]) => path)],
      toolchain,
      cached: kept !== undefined,
    };
  }

  /** Returns none: wit-bindgen generates them during the build. */
  async bindings(): Promise<readonly SourceFile[]> {
    return [];
  }

  async #build(folder: string, wit: string, content: string, options: ModuleBuildOptions): Promise<MadeModule> {
    const plugin = await readPackage(folder, options.signal);
    await this.#store.open();
    const target = await targetFolder(this.#store.path("target"), plugin.library, folder);
    const { bytes, foreign } = await buildByCargo({ plugin, targetFolder: target, options });
    return {
      bytes: appendCustomSection(withReadableFunctions(bytes), sectionName, new TextEncoder().encode(wit)),
      foreign,
      // If cargo has written the lock file, the content is different now: the next build caches its result.
      isCurrent: (await readSources(folder)).digest === content,
    };
  }
}
