import type { Loaded } from "../loader/libraries.js";
import type { GoProgram } from "../program/go-program.js";
import { readHash } from "../program/package-hashes.js";

/** A file that the loader has loaded into the host's process, and its state in the Go runtime there. */
export interface LoadedModule {
  readonly program: GoProgram;
  readonly loaded: Loaded;
  /** Whether the runtime refused it. It stays in memory, and its symbols stay visible. */
  isBad: boolean;
  /** Whether the runtime accepted it. */
  isActive: boolean;
  pluginPath: string;
}

/** The runtime's list of modules. Each plugin appends itself when it is loaded. */
export class ModuleList {
  readonly modules: LoadedModule[] = [];
  readonly #host: GoProgram;
  #isBroken = false;

  /** @param host Its module data is the first in the list. The last word of each module is the link to the next. */
  constructor(host: GoProgram) {
    this.#host = host;
  }

  /**
   * Appends a module, which writes the link at its own release's offset. A module of another size writes it where the host
   * does not look, which cuts off all later modules.
   */
  append(module: LoadedModule): void {
    if (this.#isBroken) return;
    if (module.program.moduleDataSize !== this.#host.moduleDataSize) {
      this.#isBroken = true;
      this.#overwriteLast(module.program);
      return;
    }
    this.modules.push(module);
  }

  /**
   * A misplaced link overwrites other data. In hosts of Go 1.21 and 1.22 that can be the field `bad` of the previous plugin,
   * which then counts as refused.
   */
  #overwriteLast({ moduleDataSize, moduleDataAddress, elf }: GoProgram): void {
    const last = this.modules.at(-1);
    const bad = this.#host.layout?.offsets.bad;
    if (last === undefined || bad === undefined || moduleDataSize === undefined || moduleDataAddress === undefined)
      return;
    const { wordSize } = elf.image;
    const byte = bad - (moduleDataSize - wordSize);
    if (byte < 0 || byte >= wordSize) return;
    // The loader maps files at whole pages, so the lowest byte of the written address is that of the file.
    if (byte > 0 || (moduleDataAddress & 0xff) !== 0) last.isBad = true;
  }

  /** The module that the runtime considers the one just loaded. Source: runtime/plugin.go, plugin_lastmoduleinit. */
  get last(): LoadedModule | undefined {
    const last = this.modules.at(-1);
    return last?.isBad === true ? undefined : last;
  }
}

/** Returns the run-time hash of a package: that of the first file in the scope that defines its symbol. */
export function runtimeHash(symbol: string, scope: readonly Loaded[]): { hash: string; from: Loaded } | undefined {
  for (const loaded of scope) {
    const found = loaded.elf.symbols?.find(symbol);
    if (found !== undefined) return { hash: readHash(loaded.elf.image, found.value), from: loaded };
  }
  return undefined;
}
