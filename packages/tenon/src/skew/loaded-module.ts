import type { GoProgram } from "./go-program.js";
import type { Loaded } from "./loader/libraries.js";
import { readHash } from "./package-hashes.js";

/** A file that the loader has put into the host's process, and what the Go runtime there knows of it. */
export interface LoadedModule {
  readonly program: GoProgram;
  readonly loaded: Loaded;
  /** The runtime turned it down; it stays in memory, and its symbols stay visible. */
  isBad: boolean;
  /** It was accepted. */
  isActive: boolean;
  pluginPath: string;
}

/** The runtime's list of modules, as plugins append themselves to it when they are loaded. */
export class ModuleList {
  readonly modules: LoadedModule[] = [];
  readonly #host: GoProgram;
  #isBroken = false;

  /** @param host Its module data is the first in the list; the last word of each is the link to the next. */
  constructor(host: GoProgram) {
    this.#host = host;
  }

  /**
   * A module links itself into the list with its own idea of where the link is. One of another size writes the link where
   * the host does not look, and cuts off everything that comes after.
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
   * A link that is written elsewhere overwrites what is there. In hosts of Go 1.21 and 1.22 that can be the mark by which
   * a module is known as bad, and the plugin that was opened before becomes one.
   */
  #overwriteLast({ moduleDataSize, moduleDataAddress, elf }: GoProgram): void {
    const last = this.modules.at(-1);
    const bad = this.#host.layout?.offsets.bad;
    if (last === undefined || bad === undefined || moduleDataSize === undefined || moduleDataAddress === undefined)
      return;
    const { wordSize } = elf.image;
    const byte = bad - (moduleDataSize - wordSize);
    if (byte < 0 || byte >= wordSize) return;
    // The loader places files at whole pages: of the address that is written, the lowest byte is that of the file.
    if (byte > 0 || (moduleDataAddress & 0xff) !== 0) last.isBad = true;
  }

  /** The module that the runtime takes for the one just loaded. Source: runtime/plugin.go, plugin_lastmoduleinit. */
  get last(): LoadedModule | undefined {
    const last = this.modules.at(-1);
    return last?.isBad === true ? undefined : last;
  }
}

/** The hash that a package has at run time: that of the first file in the scope that defines its symbol. */
export function runtimeHash(symbol: string, scope: readonly Loaded[]): { hash: string; from: Loaded } | undefined {
  for (const loaded of scope) {
    const found = loaded.elf.symbols?.find(symbol);
    if (found !== undefined) return { hash: readHash(loaded.elf.image, found.value), from: loaded };
  }
  return undefined;
}
