import { type Finding, finding } from "../errors/index.js";
import type { GoProgram } from "./go-program.js";
import { hostBlindness } from "./host-abilities.js";
import { type LoadedModule, ModuleList, runtimeHash } from "./loaded-module.js";
import type { DynamicLoader } from "./loader/dynamic-loader.js";
import type { Loaded } from "./loader/libraries.js";
import { Fault, ModuleView } from "./module-view.js";
import type { Step } from "./outcome.js";
import { missingExports } from "./plugin-exports.js";
import { shellWord } from "./shell-word.js";

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
    this.#modules = new ModuleList(host.moduleDataSize ?? 0);
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
      isLinked: false,
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
        findings: [this.#notFirst(opened)],
      };
    }
    try {
      return this.#accept(name, path, module, fail);
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      return {
        outcome: "crash",
        error: "SIGSEGV: segmentation violation",
        program: module.program,
        findings: [this.#otherRelease(module.program, "reads nonsense from its module data and ends with SIGSEGV")],
      };
    }
  }

  #accept(name: string, path: string, module: LoadedModule, fail: (error: string) => string): ProcessStep {
    const { program } = module;
    const address = program.moduleDataAddress;
    const layout = this.#host.layout;
    if (address === undefined || layout === undefined) return untold(name, program);
    const view = new ModuleView(module.loaded.elf.image, address, layout);
    if (view.byte("bad") !== 0) return { ...this.#notSeen(module), program };
    const pathLength = view.word("pluginpath", 1);
    if (pathLength === 0) return this.#emptyPath(program);
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
        findings: [
          finding("TENON_GO_ALREADY_LOADED", {
            subject: program.path,
            message: `${program.path} has the same plugin path, ${other.pluginPath}, as ${other.program.path}, which is open`,
            cause: "Both were built from the same package, or a copy of it with the same path.",
            fix: { text: "Give one of the two modules another path, or open only one of them." },
          }),
        ],
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
      findings: [this.#missingExport(module, missing)],
    };
  }

  #missingExport({ program, loaded, pluginPath }: LoadedModule, missing: readonly string[]) {
    const [first = ""] = missing;
    const others = missing.length > 1 ? ` (and ${missing.length - 1} more: which one the error names varies)` : "";
    const elsewhere = [...(loaded.elf.symbols ?? [])].find(
      (symbol) => symbol.isDefined && symbol.name.endsWith(`.${first}`) && /^(main|.*plugin.*|.*)$/.test(symbol.name),
    );
    return elsewhere === undefined
      ? finding("TENON_GO_SYMBOL_MISSING", {
          subject: program.path,
          message: `${program.path} lists ${first}${others}, but its dynamic symbol ${pluginPath}.${first} is not there`,
        })
      : finding("TENON_GO_PLUGIN_PATH", {
          subject: program.path,
          message: `${program.path} calls itself ${pluginPath}, but its symbols are named ${elsewhere.name}${others}`,
        });
  }

  #emptyPath(program: GoProgram): ProcessStep {
    return {
      outcome: "crash",
      error: "fatal error: runtime: plugin has empty pluginpath",
      program,
      findings: [
        finding("TENON_GO_NOT_A_PLUGIN", {
          subject: program.path,
          message: `${program.path} has no plugin path; the process ends with "plugin has empty pluginpath"`,
        }),
      ],
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

  #notFirst(module: LoadedModule) {
    if (module.isActive) {
      return finding("TENON_GO_ALREADY_LOADED", {
        subject: module.program.path,
        message: `${module.program.path} is the same file as a plugin that is open already, under another name`,
        fix: { text: "Open each plugin under one name only." },
      });
    }
    return this.#whyNotLinked(module, 'the host takes an earlier plugin for it and says "plugin already loaded"');
  }

  #whyNotLinked({ program, isBad, isLinked }: LoadedModule, ending: string) {
    const hostSize = this.#host.moduleDataSize;
    const blindness = hostBlindness(this.#host);
    if (blindness !== undefined) return blindness;
    if (isBad)
      return finding("TENON_GO_PREVIOUS_FAILURE", {
        subject: program.path,
        message: `${program.path} is the same file as one that failed before; ${ending}`,
      });
    if (program.packageHashes === undefined) return notLinkable(program, ending);
    if (program.moduleDataSize !== hostSize) return this.#otherRelease(program, ending);
    if (isLinked || this.#modules.modules.includes(this.#known.at(-1) as LoadedModule))
      return this.#otherRelease(program, ending);
    return program.elf.dynamic?.isSymbolic === true
      ? symbolic(program, ending)
      : finding("TENON_GO_AFTER_CRASH", {
          subject: program.path,
          message: `${program.path} is cut off by an earlier plugin of another Go release; ${ending}`,
        });
  }

  #otherRelease(program: GoProgram, ending: string) {
    const [plugin, host] = [versionText(program), versionText(this.#host)];
    const known = this.#host.goVersion ?? "the host's Go version";
    return finding("TENON_GO_VERSION", {
      subject: program.path,
      message: `${program.path} was built with ${plugin}, and the host with ${host}; ${ending}`,
      fix: {
        text: `Build the plugin with ${known}. In the folder of the plugin's main package:`,
        command: `tenon go build --for ${shellWord(this.#host.location)} . -o ${shellWord(program.location)}`,
      },
    });
  }
}

/** Why a library holds nothing that refers to a host's packages. */
function notLinkable(program: GoProgram, ending: string): Finding {
  const { symbols, dynamic } = program.elf;
  const isPlugin = ["go:", "go."].some((prefix) => symbols?.find(`${prefix}link.pkghash.runtime`) !== undefined);
  if (isPlugin && dynamic?.isSymbolic === true) return symbolic(program, ending);
  const mode = program.setting("-buildmode");
  const what =
    mode === undefined ? "is not a Go plugin" : `was built with -buildmode=${mode}, which makes no Go plugin`;
  return finding("TENON_GO_NOT_A_PLUGIN", {
    subject: program.path,
    message: `${program.path} ${what}; ${ending}`,
    fix: { text: "Build it as a plugin.", command: `go build -buildmode=plugin -o ${shellWord(program.location)}` },
  });
}

function linkedShared(program: GoProgram, ending: string): Finding {
  return finding("TENON_GO_NOT_A_PLUGIN", {
    subject: program.path,
    message: `${program.path} holds no Go runtime of its own: it was built with -linkshared; the process ends with ${ending}`,
    fix: { text: "Build it again without -linkshared." },
  });
}

function symbolic(program: GoProgram, ending: string): Finding {
  return finding("TENON_GO_SYMBOLIC", {
    subject: program.path,
    message: `${program.path} was linked with -Bsymbolic and does not find the host's runtime; ${ending}`,
  });
}

function untold(name: string, program: GoProgram): ProcessStep {
  return {
    outcome: "unknown",
    program,
    findings: [
      finding("TENON_GO_HOST_UNSUPPORTED", {
        severity: "warning",
        subject: name,
        message: `how this Go release lays out its module data is not known`,
      }),
    ],
  };
}

/** The release, as far as it is known. */
export function versionText(program: GoProgram): string {
  if (program.goVersion !== undefined) return program.goVersion;
  const { minors } = program.layout ?? {};
  if (minors === undefined) return "an unknown Go version";
  const names = minors.map((minor) => `1.${minor}`);
  return names.length === 1 ? `Go ${names[0]}` : `Go ${names[0]} to ${names.at(-1)}`;
}

function withoutSuffix(name: string): string {
  return Buffer.byteLength(name) > 3 && name.endsWith(".so") ? name.slice(0, -3) : name;
}
