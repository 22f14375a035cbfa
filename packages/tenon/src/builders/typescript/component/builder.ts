import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { appendCustomSection } from "../../../binary/wasm/index.js";
import { type Contract, contractToWit } from "../../../contract/index.js";
import { errors } from "../../../errors/index.js";
import { BuiltModules } from "../../../runtime/built-modules.js";
import { contractOfSource } from "../../../runtime/component-source.js";
import type { Artifact, Recognition } from "../../../runtime/index.js";
import type { BuiltModule, ModuleBuilder, ModuleBuildOptions, SourceFile } from "../../../runtime/module-builder.js";
import { digest, ModuleStore } from "../../../runtime/module-store.js";
import { bundleForComponent } from "./bundle.js";
import { componentize, findComponentize } from "./componentize.js";
import { entrySource, worldFiles } from "./entry.js";

export interface ComponentBuilderOptions {
  /** Where results are kept. Default: a folder in the user's cache. */
  readonly cacheFolder?: string | undefined;
  /** The folder of the package @bytecodealliance/componentize-js. Default: where it is installed for the plugin, or beside Tenon. */
  readonly componentize?: string | undefined;
}

const sectionName = "tenon:contract";
/** Of what is kept: results of another are made again. */
const format = "1";

/**
 * Makes the builder of components from TypeScript and JavaScript: a file or folder as the JavaScript runtime opens it,
 * with a contract beside it. The optional package @bytecodealliance/componentize-js puts it into an engine of its own.
 *
 * It is asked for, and never used to open a plugin: such source opens as it is, in the JavaScript runtime.
 */
export function createComponentBuilder(options: ComponentBuilderOptions = {}): ModuleBuilder {
  return new ComponentBuilder(options);
}

class ComponentBuilder implements ModuleBuilder {
  readonly language = "TypeScript";
  readonly runsCode = true as const;
  readonly #home: string | undefined;
  readonly #modules: BuiltModules;

  constructor({ cacheFolder, componentize: home }: ComponentBuilderOptions) {
    this.#home = home;
    this.#modules = new BuiltModules(new ModuleStore(cacheFolder, "javascript"));
  }

  async recognise({ manifest }: Artifact): Promise<Recognition | undefined> {
    const isScript = /\.[cm]?[jt]sx?$/.test(manifest.entry ?? "");
    return isScript ? { confidence: 1, description: "TypeScript or JavaScript source" } : undefined;
  }

  contract(artifact: Artifact): Promise<Contract> {
    return contractOfSource(artifact);
  }

  async build(artifact: Artifact, { signal, progress }: ModuleBuildOptions = {}): Promise<BuiltModule> {
    const contract = await this.contract(artifact);
    const path = artifact.manifest.entry;
    if (path === undefined)
      throw errors.TENON_ARTIFACT_ENTRY({ message: `${artifact.given} names no entry`, subject: artifact.given });
    const found = await findComponentize(artifact.path, this.#home);
    const wit = contractToWit(contract);
    progress?.("bundling");
    const { text, inputs } = await bundleForComponent(path, entrySource(contract, path, guestFile()));
    const without = ["fetch-event", ...(/\bfetch\b/.test(text) ? [] : ["http"])];
    const key = digest(format, found.version, ...without, wit, text);
    const kept = await this.#modules.kept(key);
    const make = async () => {
      progress?.(`componentize-js ${found.version}`);
      const source = { text, wit: worldFiles(contract, wit), world: "component", without };
      const bytes = await componentize(found, source, path, signal);
      const section = new TextEncoder().encode(wit);
      return { bytes: appendCustomSection(bytes, sectionName, section), foreign: [], isCurrent: true };
    };
    const { bytes } = kept ?? (await this.#modules.make(key, make));
    return {
      bytes,
      fingerprint: `sha256:${key}`,
      contract,
      inputs,
      toolchain: `componentize-js ${found.version}`,
      cached: kept !== undefined,
    };
  }

  /** None: `tenon contract --to dts` prints the types of a contract. */
  async bindings(): Promise<readonly SourceFile[]> {
    return [];
  }
}

/** The module that is bundled into every component: as it was built, or as source where Tenon itself runs from source. */
function guestFile(): string {
  const own = fileURLToPath(import.meta.url);
  return fileURLToPath(new URL(`./guest${extname(own)}`, import.meta.url));
}
