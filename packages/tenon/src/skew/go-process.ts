import { type Finding, finding } from "../errors/index.js";
import type { GoProgram } from "./go-program.js";
import { type LoadedModule, ModuleList, runtimeHash } from "./loaded-module.js";
import type { DynamicLoader } from "./loader/dynamic-loader.js";
import type { Loaded } from "./loader/libraries.js";
import { Fault, ModuleView } from "./module-view.js";
import type { Step } from "./outcome.js";
import { missingExports } from "./plugin-exports.js";
import {
  emptyPluginPath,
  linkedShared,
  missingExport,
  otherRelease,
  sameFile,
  samePluginPath,
  unknownRelease,
  whyNotLinked,
} from "./process-findings.js";
import { layoutOfSameRelease } from "./same-release.js";

/** A package whose hash is not what the plugin was linked with. */
export interface DifferingPackage {
  readonly name: string;
  /** Whose hash it was compared with: the host's, or that of a plugin that was loaded earlier. */
  readonly comparedWith: Loaded;
}

/** A step, and what the search for causes needs of it. */
export interface ProcessStep extends Step {
  readonly program?: GoProgram;
  readonly differing?: readonly DifferingPackage[];
}

/** A file that is to be opened, with links resolved. */
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
 * A Go host's process as far as `plugin.Open` changes and reads it. Opening plugins one after the other gives what the
 * real function would give, in the same order. Sources: plugin/plugin_dlopen.go, runtime/plugin.go of each release.
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

  /** What was remembered of a path that was opened before; `undefined` if it is new. */
  again(name: string, path: string): ProcessStep | undefined {
    const before = this.#remembered.get(path);
    if (before === undefined) return undefined;
    if (before.state === "open") {
      const fix = { text: "Nothing has to be done: the host gets the same plugin again." };
      const message = `${name} is open already; plugin.Open answers the plugin that is there`;
      return {
        outcome: "opens",
        findings: [finding("TENON_GO_ALREADY_LOADED", { severity: "info", subject: name, message, fix })],
      };
    }
    if (before.state === "stuck") {
      const message = `${name} could not be opened for a missing symbol before; a second plugin.Open waits for ever`;
      return { outcome: "hang", findings: [finding("TENON_GO_PREVIOUS_FAILURE", { subject: name, message })] };
    }
    return {
      outcome: "error",
      error: `plugin.Open("${name}"): ${before.error} (previous failure)`,
      findings: [
        finding("TENON_GO_PREVIOUS_FAILURE", {
          subject: name,
          message: `${name} failed before in this process (${before.error}), and the host remembers that`,
        }),
      ],
    };
  }

  /** @param name As the host's program would give it to plugin.Open: it is quoted in errors. */
  open(name: string, file: PluginFile): ProcessStep {
    const answer = this.#loader.open(file.bytes, file.path, file.identity);
    if ("outcome" in answer) {
      const { outcome, text } = answer;
      return {
        outcome,
        ...(text === undefined ? {} : { error: outcome === "error" ? `plugin.Open("${name}"): ${text}` : text }),
        findings: [answer.finding],
      };
    }
    const module = this.#moduleOf(name, answer.loaded, answer.isNew);
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

  /** Whether the module appends itself to the host's list, and not to one of its own. */
  #reachesHost({ loaded, program }: LoadedModule): boolean {
    if (program.packageHashes === undefined) return false;
    const { symbols, relocations, dynamic } = loaded.elf;
    if (dynamic?.isSymbolic === true || this.#host.elf.symbols?.find("runtime.lastmoduledatap") === undefined)
      return false;
    let isReferred = false;
    relocations?.each((_address, _type, symbol) => {
      if (!isReferred && symbol !== 0 && symbols?.at(symbol).name === "runtime.lastmoduledatap") isReferred = true;
    });
    return isReferred;
  }

  #initialise(name: string, path: string, opened: LoadedModule): ProcessStep {
    const fail = (error: string): string => {
      this.#remembered.set(path, { state: "failed", error });
      return `plugin.Open("${name}"): ${error}`;
    };
    const isShared = opened.program.packageHashes !== undefined && opened.program.moduleDataSize === undefined;
    if (isShared) {
      const error = "SIGTRAP: trace trap";
      return { outcome: "crash", error, program: opened.program, findings: [linkedShared(opened.program, error)] };
    }
    const module = this.#modules.last;
    if (module === undefined) return { ...this.#notSeen(opened), program: opened.program };
    if (module.isActive) {
      return {
        outcome: "error",
        error: fail("plugin already loaded"),
        program: opened.program,
        findings: [
          opened.isActive
            ? sameFile(opened.program)
            : this.#whyNotLinked(opened, 'the host takes an earlier plugin for it and says "plugin already loaded"'),
        ],
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
        findings: [otherRelease(this.#host, module.program, "the host reads nonsense from its module data and ends")],
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
      const error = "fatal error: runtime: plugin has empty pluginpath";
      return { outcome: "crash", error, program, findings: [emptyPluginPath(program)] };
    }
    if (view.word("typemap") !== 0)
      return { outcome: "error", error: fail("plugin already loaded"), program, findings: [] };
    for (const other of this.#modules.modules) {
      if (!other.isActive || other.pluginPath.length !== pathLength) continue;
      if (other.pluginPath !== view.stringAt(view.pluginPathAddress)) continue;
      module.isBad = true;
      return {
        outcome: "error",
        error: fail("plugin already loaded"),
        program,
        findings: [samePluginPath(program, other)],
      };
    }
    const differing = this.#compare(view, module);
    const [first] = differing;
    if (first !== undefined) {
      module.isBad = true;
      const error = fail(`plugin was built with a different version of package ${first.name}`);
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
    // Its own release has its fields elsewhere: what follows are nonsense types and tables.
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
      `plugin.Open("${name}"): could not find symbol ${symbol}: ${loaded.path}: undefined symbol: ${pluginPath}.${symbol}`;
    return {
      outcome: "error",
      error: text(first),
      ...(missing.length > 1 ? { alternatives: missing.slice(1).map(text) } : {}),
      program,
      findings: [missingExport(module, missing)],
    };
  }

  /** Nothing new hangs in the list, and nothing that was accepted is its last entry. */
  #notSeen(module: LoadedModule): ProcessStep {
    return {
      outcome: "crash",
      error: "fatal error: runtime: no plugin module data",
      findings: [this.#whyNotLinked(module, 'the process ends with "no plugin module data"')],
    };
  }

  #whyNotLinked(module: LoadedModule, ending: string): Finding {
    const isCutOff =
      module.program.moduleDataSize === this.#host.moduleDataSize && !this.#modules.modules.includes(module);
    return whyNotLinked(this.#host, module, isCutOff, ending);
  }
}

function withoutSuffix(name: string): string {
  return Buffer.byteLength(name) > 3 && name.endsWith(".so") ? name.slice(0, -3) : name;
}
