import { fileURLToPath } from "node:url";
import { appendCustomSection } from "../../../binary/wasm/index.js";
import {
  type Builder,
  type BuildOptions,
  BuildStore,
  type Builds,
  type Built,
  bytesIn,
  type KeptBytes,
  keyOf,
  type Work,
} from "../../../build/index.js";
import type { Contract } from "../../../contract/index.js";
import { componentContract } from "../../../contract/model/component-contract.js";
import { scriptEntryMissing } from "../../../errors/factories/script-build.js";
import { contractOfSource } from "../../../runtime/component-source.js";
import { contractText } from "../../../runtime/contract-text.js";
import type { Artifact, Recognition } from "../../../runtime/index.js";
import { ownExtension, ownFile } from "../../../runtime/own-package.js";
import { bundleForComponent } from "./bundle.js";
import { componentize, findComponentize } from "./componentize.js";
import { entrySource, worldFiles } from "./entry.js";

export interface ComponentBuilderOptions {
  /** Where results are cached. Default: a folder in the user's cache. */
  readonly cacheFolder?: string | undefined;
  /** The folder of the package @bytecodealliance/componentize-js. Default: where the plugin or Tenon would import it from. */
  readonly componentize?: string | undefined;
}

const sectionName = "tenon:contract";
/** The format of cached results. Results in another format are built again. */
const format = "1";

/**
 * Makes the builder of components from TypeScript and JavaScript: a file or folder that the JavaScript runtime can open, with
 * a contract next to it. The optional package @bytecodealliance/componentize-js puts it into its own JavaScript engine.
 *
 * It only runs on request, never to open a plugin: the JavaScript runtime opens such source as it is.
 */
export function createComponentBuilder(options: ComponentBuilderOptions = {}): Builder<"wasm"> {
  return new ComponentBuilder(options);
}

class ComponentBuilder implements Builder<"wasm"> {
  readonly kind = "wasm";
  /** Its folders have an entry. */
  readonly entries = {};
  readonly language = "TypeScript";
  readonly runsCode = true as const;
  readonly #home: string | undefined;
  readonly #modules: Builds<Uint8Array, KeptBytes>;

  constructor({ cacheFolder, componentize: home }: ComponentBuilderOptions) {
    this.#home = home;
    this.#modules = bytesIn(new BuildStore({ folder: cacheFolder, area: "javascript" }));
  }

  async recognise({ manifest }: Artifact): Promise<Recognition | undefined> {
    const isScript = /\.[cm]?[jt]sx?$/.test(manifest.entry ?? "");
    return isScript ? { confidence: 1, description: "TypeScript or JavaScript source" } : undefined;
  }

  contract(artifact: Artifact): Promise<Contract> {
    return contractOfSource(artifact);
  }

  async build(artifact: Artifact, options: BuildOptions = {}): Promise<Built<"wasm">> {
    const contract = await this.contract(artifact);
    const path = artifact.manifest.entry;
    if (path === undefined) throw scriptEntryMissing(artifact.given);
    const found = await findComponentize(artifact.path, this.#home);
    const wit = contractText(contract);
    options.progress?.("bundling");
    const { text, inputs } = await bundleForComponent(path, entrySource(contract, path, guestFile()));
    const without = ["fetch-event", ...(/\bfetch\b/.test(text) ? [] : ["http"])];
    const key = keyOf(format, found.version, ...without, wit, text);
    const kept = await this.#modules.kept(key);
    const make = async (work: Work) => {
      work.progress?.(`making a component with componentize-js ${found.version}`);
      const source = {
        text,
        wit: worldFiles(contract, contractText(componentContract(contract))),
        world: "component",
        without,
      };
      const bytes = await componentize(found, source, path, work);
      const section = new TextEncoder().encode(wit);
      return { output: appendCustomSection(bytes, sectionName, section) };
    };
    const { bytes, digest } = kept ?? (await this.#modules.make(key, artifact.given, options, make));
    return {
      kind: this.kind,
      bytes,
      digest,
      fingerprint: `sha256:${key}`,
      contract,
      inputs,
      toolchain: `componentize-js ${found.version}`,
      cached: kept !== undefined,
    };
  }
}

/** Returns the module that is bundled into every component: built, or as source if Tenon itself runs from source. */
function guestFile(): string {
  return fileURLToPath(ownFile(`builders/typescript/component/guest${ownExtension}`));
}
