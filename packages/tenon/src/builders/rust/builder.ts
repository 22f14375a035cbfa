import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { withReadableFunctions } from "../../binary/wasm/function-names.js";
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
  type Work,
} from "../../build/index.js";
import type { Contract } from "../../contract/index.js";
import { contractOfSource } from "../../runtime/component-source.js";
import { contractText } from "../../runtime/contract-text.js";
import type { Artifact, Recognition } from "../../runtime/index.js";
import { buildByCargo, flagsOf } from "./cargo.js";
import { descriptor } from "./descriptor.js";
import { readPackage } from "./package.js";
import { expectPlugin, packageFileName } from "./package-file.js";
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
export function createRustModuleBuilder(options: RustModuleBuilderOptions = {}): Builder<"wasm"> {
  return new RustModuleBuilder(options);
}

class RustModuleBuilder implements Builder<"wasm"> {
  readonly kind = descriptor.kind;
  readonly entries = descriptor.entries;
  readonly language = descriptor.language;
  readonly runsCode = descriptor.runsCode;
  readonly #store: BuildStore;
  readonly #modules: Builds<Uint8Array, KeptBytes>;

  constructor({ cacheFolder }: RustModuleBuilderOptions) {
    this.#store = new BuildStore({ folder: cacheFolder, area: "rust" });
    this.#modules = bytesIn(this.#store);
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

  async build(artifact: Artifact, options: BuildOptions = {}): Promise<Built<"wasm">> {
    const contract = await this.contract(artifact);
    const { path: folder } = artifact;
    const toolchain = await findToolchain(folder, options.signal);
    const wit = contractText(contract);
    const { paths, digest: content } = await readSources(folder);
    // Debug data names the folder of the sources.
    const place = options.debug === true ? [folder] : [];
    const key = keyOf(format, toolchain, ...flagsOf(options.debug), ...place, wit, content);
    const kept = await this.#modules.kept(key);
    const build = (work: Work) => this.#build({ folder, wit, content, debug: options.debug }, work);
    const { bytes, digest, foreign } = kept ?? (await this.#modules.make(key, artifact.given, options, build));
    return {
      kind: this.kind,
      bytes,
      digest,
      fingerprint: `sha256:${keyOf(key, ...foreign.flat())}`,
      contract,
      inputs: [...paths, ...foreign.map(([path]) => path)],
      toolchain,
      cached: kept !== undefined,
    };
  }

  async #build(
    { folder, wit, content, debug }: { folder: string; wit: string; content: string; debug: boolean | undefined },
    work: Work,
  ): Promise<Made<Uint8Array>> {
    const plugin = await readPackage(folder, work.signal);
    await this.#store.open();
    const target = await targetFolder(join(this.#store.folder, "target"), plugin.library, folder);
    const { bytes, foreign } = await buildByCargo({ plugin, targetFolder: target, debug, work });
    return {
      output: appendCustomSection(withReadableFunctions(bytes), sectionName, new TextEncoder().encode(wit)),
      foreign,
      // If cargo has written the lock file, the content is different now: the next build caches its result.
      isCurrent: (await readSources(folder)).digest === content,
    };
  }
}
