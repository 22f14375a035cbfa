import {
  pluginFailedBefore,
  pluginLinkedShared,
  pluginOpenAlready,
  pluginPathEmpty,
  pluginStuck,
  sameFileOpen,
  samePluginPath,
} from "../../errors/factories/go.js";
import type { Finding } from "../../errors/index.js";
import type { DynamicLoader } from "../loader/dynamic-loader.js";
import type { Loaded } from "../loader/libraries.js";
import type { GoProgram } from "../program/go-program.js";
import type { Step } from "../program/outcome.js";
import { missingExports } from "../program/plugin-exports.js";
import { layoutOfSameRelease } from "../program/same-release.js";
import { glibcTexts } from "../quoted/glibc.js";
import { goTexts } from "../quoted/go.js";
import { type LoadedModule, ModuleList, runtimeHash } from "./loaded-module.js";
import { Fault, ModuleView } from "./module-view.js";
import { missingExport, otherReleaseCrash, unknownRelease, unseen, whyNotLinked } from "./process-findings.js";

/** A package whose hash differs from the one that the plugin was linked with. */
export interface DifferingPackage {
  readonly name: string;
  /** The file whose hash was compared: the host, or a plugin that was loaded earlier. */
  readonly comparedWith: Loaded;
}

/** A step with the details that the search for causes needs. */
export interface ProcessStep extends Step {
  readonly program?: GoProgram;
  readonly differing?: readonly DifferingPackage[];
}

/** A file to open, with links resolved. */
export interface PluginFile {
  readonly path: string;
  /** Device and inode. */
  readonly identity: string;
  readonly bytes: Uint8Array;
}

type Remembered =
  | { readonly state: "open" }
  | { readonly state: "stuck" }
  | { readonly state: "failed"; error: string };

/**
 * A model of a Go host's process: the state that `plugin.Open` reads and changes. Open plugins one after the other to get
 * the results of the real function. Sources: plugin/plugin_dlopen.go, runtime/plugin.go of each release.
 */
export class GoProcess {
  readonly #host: GoProgram;
  readonly #loader: DynamicLoader;
  readonly #modules: ModuleList;
  readonly #known: LoadedModule[] = [];
  readonly #remembered = new Map<string, Remembered>();
  readonly #programOf: (path: string, loaded: Loaded) => GoProgram;

  constructor(host: GoProgram, loader: DynamicLoader, programOf: (path: string, loaded: Loaded) => GoProgram) {
    this.#host = host;
    this.#loader = loader;
    this.#modules = new ModuleList(host);
    this.#programOf = programOf;
  }

  /** Opens a path again as Go remembers it; `undefined` if it was not opened before. */
  reopen(name: string, path: string): ProcessStep | undefined {
    const before = this.#remembered.get(path);
    if (before === undefined) return undefined;
    if (before.state === "open") return { outcome: "opens", findings: [pluginOpenAlready(name)] };
    if (before.state === "stuck") return { outcome: "hang", findings: [pluginStuck(name)] };
    return {
      outcome: "error",
      error: goTexts.openFailed(name, goTexts.previousFailure(before.error)),
      findings: [pluginFailedBefore(name, before.error)],
    };
  }

  /** @param name As the host passes it to plugin.Open, whose errors quote it. */
  open(name: string, file: PluginFile): ProcessStep {
    const result = this.#loader.open(file.bytes, file.path, file.identity);
    if ("outcome" in result) {
      const { outcome, text } = result;
      return {
        outcome,
        ...(text === undefined ? {} : { error: outcome === "error" ? goTexts.openFailed(name, text) : text }),
        findings: [result.finding],
      };
    }
    const module = this.#moduleOf(name, result.loaded, result.isNew);
    return this.#initialise(withoutSuffix(name), file.path, module);
  }

  #moduleOf(name: string, loaded: Loaded, isNew: boolean): LoadedModule {
    const known = this.#known.find((each) => each.loaded === loaded);
    if (known !== undefined) return known;
    const module: LoadedModule = {
      program: this.#programOf(name, loaded),
      loaded,
      isBad: false,
      isActive: false,
      pluginPath: "",
    };
    this.#known.push(module);
    if (isNew && this.#reachesHost(module)) this.#modules.append(module);
    return module;
  }

  /** Whether the module appends itself to the host's list of modules, and not to its own. */
  #reachesHost({ loaded, program }: LoadedModule): boolean {
    if (program.packageHashes === undefined) return false;
    const { symbols, relocations, dynamic } = loaded.elf;
    if (dynamic?.isSymbolic === true || this.#host.elf.symbols?.find("runtime.lastmoduledatap") === undefined)
      return false;
    let isReferenced = false;
    relocations?.each((_address, _type, symbol) => {
      if (!isReferenced && symbol !== 0 && symbols?.at(symbol).name === "runtime.lastmoduledatap") isReferenced = true;
    });
    return isReferenced;
  }

  #initialise(name: string, path: string, opened: LoadedModule): ProcessStep {
    const fail = (error: string): string => {
      this.#remembered.set(path, { state: "failed", error });
      return goTexts.openFailed(name, error);
    };
    const isShared = opened.program.packageHashes !== undefined && opened.program.moduleDataSize === undefined;
    if (isShared) {
      const error = goTexts.trap;
      return {
        outcome: "crash",
        error,
        program: opened.program,
        findings: [pluginLinkedShared(opened.program.path, error)],
      };
    }
    const module = this.#modules.last;
    if (module === undefined) return { ...this.#notSeen(opened), program: opened.program };
    if (module.isActive) {
      return {
        outcome: "error",
        error: fail(goTexts.alreadyLoaded),
        program: opened.program,
        findings: [opened.isActive ? sameFileOpen(opened.program.path) : this.#whyNotLinked(opened, unseen.mistaken)],
      };
    }
    try {
      return this.#accept(name, path, module, fail);
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      return {
        outcome: "crash",
        error: thrown.text,
        program: module.program,
        findings: [otherReleaseCrash(this.#host, module.program)],
      };
    }
  }

  #accept(name: string, path: string, module: LoadedModule, fail: (error: string) => string): ProcessStep {
    const { program } = module;
    const address = program.moduleDataAddress;
    const layout = this.#host.layout ?? layoutOfSameRelease(this.#host, program);
    if (address === undefined || layout === undefined)
      return { outcome: "unknown", program, findings: [unknownRelease(name, this.#host)] };
    const view = new ModuleView(module.loaded.elf.image, address, layout);
    if (view.byte("bad") !== 0) return { ...this.#notSeen(module), program };
    const pathLength = view.word("pluginpath", 1);
    if (pathLength === 0) {
      const error = goTexts.emptyPluginPath;
      return { outcome: "crash", error, program, findings: [pluginPathEmpty(program.path, error)] };
    }
    if (view.word("typemap") !== 0)
      return { outcome: "error", error: fail(goTexts.alreadyLoaded), program, findings: [] };
    for (const other of this.#modules.modules) {
      if (!other.isActive || other.pluginPath.length !== pathLength) continue;
      if (other.pluginPath !== view.stringAt(view.pluginPathAddress)) continue;
      module.isBad = true;
      return {
        outcome: "error",
        error: fail(goTexts.alreadyLoaded),
        program,
        findings: [samePluginPath(program.path, other.pluginPath, other.program.path)],
      };
    }
    const differing = this.#compare(view, module);
    const [first] = differing;
    if (first !== undefined) {
      module.isBad = true;
      const error = fail(goTexts.differentVersion(first.name));
      return {
        outcome: "error",
        error,
        packages: differing.map((each) => each.name),
        program,
        differing,
        findings: [],
      };
    }
    if (this.#host.layout === undefined)
      return { outcome: "unknown", program, findings: [unknownRelease(name, this.#host)] };
    // Its own release has its fields elsewhere, so the types and tables that follow are garbage.
    if (program.layout !== undefined && this.#host.layout !== program.layout) throw new Fault(address);
    module.isActive = true;
    module.pluginPath = view.stringAt(view.pluginPathAddress);
    return this.#lookUp(name, path, module);
  }

  #compare(view: ModuleView, module: LoadedModule): DifferingPackage[] {
    const { image } = view;
    const base = view.word("pkghashes");
    const count = view.word("pkghashes", 1);
    const symbols = new Map(
      module.program.packageHashes?.packages.map((each, index) => [base + index * 5 * image.wordSize, each.symbol]),
    );
    const differing: DifferingPackage[] = [];
    for (let index = 0; index < count; index++) {
      const entry = base + index * 5 * image.wordSize;
      const linkTime = Buffer.from(view.stringAt(entry + 2 * image.wordSize), "latin1").toString("hex");
      const symbol = symbols.get(entry);
      if (symbol === undefined || symbol === "") throw new Fault(entry);
      const own = { path: module.loaded.path, elf: module.loaded.elf, names: module.loaded.names };
      const found = runtimeHash(symbol, [...this.#loader.scope, own]);
      if (found !== undefined && found.hash === linkTime) continue;
      differing.push({
        name: Buffer.from(view.stringAt(entry), "latin1").toString(),
        comparedWith: found?.from ?? own,
      });
    }
    return differing;
  }

  #lookUp(name: string, path: string, module: LoadedModule): ProcessStep {
    const { program, loaded, pluginPath } = module;
    const missing = missingExports(program, pluginPath);
    const [first] = missing;
    if (first === undefined) {
      this.#remembered.set(path, { state: "open" });
      return { outcome: "opens", program, findings: [] };
    }
    this.#remembered.set(path, { state: "stuck" });
    const text = (symbol: string) =>
      goTexts.openFailed(
        name,
        goTexts.symbolNotFound(
          symbol,
          `${loaded.path}: ${glibcTexts.undefinedSymbol(`${pluginPath}.${symbol}`, undefined)}`,
        ),
      );
    return {
      outcome: "error",
      error: text(first),
      ...(missing.length > 1 ? { alternatives: missing.slice(1).map(text) } : {}),
      program,
      findings: [missingExport(module, missing)],
    };
  }

  /** The list has no new module, and its last entry is not an accepted one. */
  #notSeen(module: LoadedModule): ProcessStep {
    return {
      outcome: "crash",
      error: goTexts.noModuleData,
      findings: [this.#whyNotLinked(module, unseen.crash)],
    };
  }

  #whyNotLinked(module: LoadedModule, consequence: string): Finding {
    const isCutOff =
      module.program.moduleDataSize === this.#host.moduleDataSize && !this.#modules.modules.includes(module);
    return whyNotLinked(this.#host, module, isCutOff, consequence);
  }
}

function withoutSuffix(name: string): string {
  return Buffer.byteLength(name) > 3 && name.endsWith(".so") ? name.slice(0, -3) : name;
}
