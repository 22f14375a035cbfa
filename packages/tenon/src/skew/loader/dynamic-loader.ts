import type { ElfFile } from "../../binary/elf/index.js";
import {
  cLibraryDiffers,
  libraryMissing,
  pluginDamaged,
  pluginFileRejected,
  pluginIsProgram,
  pluginTruncated,
  threadLocalTooLarge,
} from "../../errors/factories/go-loader.js";
import { isTenonError } from "../../errors/index.js";
import { shellWord } from "../program/shell-word.js";
import { glibcTexts } from "../quoted/glibc.js";
import { goTexts } from "../quoted/go.js";
import { type ExpectedMachine, isFailure, readLibrary } from "./file-header.js";
import { HostNeeds } from "./host-needs.js";
import { Libraries, type Loaded } from "./libraries.js";
import { missingVersion } from "./library-versions.js";
import type { LoadFailure } from "./load-failure.js";
import { sanitizerCrash } from "./sanitizer.js";
import { undefinedSymbol } from "./symbol-binding.js";
import type { Sysroot } from "./sysroot.js";
import { certainReserve, StaticThreadLocal, threadLocalOf } from "./thread-local.js";

const pageSize = 4096;

/** A file that dlopen loaded. */
export interface LoadResult {
  readonly loaded: Loaded;
  /** Whether it was loaded now: dlopen does not initialise a loaded file again. */
  readonly isNew: boolean;
}

/**
 * The system's loader in the host's process: the files that it has loaded, and what happens when it opens another one.
 * Follows glibc's order: headers, mapping, needed libraries, versions, relocations. Source: glibc, elf/dl-open.c.
 */
export class DynamicLoader {
  readonly #expected: ExpectedMachine;
  readonly #libraries: Libraries | undefined;
  readonly #hostNeeds: HostNeeds;
  readonly #loaded: Loaded[];
  readonly #byFile = new Map<string, Loaded>();
  #threadLocal: StaticThreadLocal | undefined;
  #lateThreadLocal = 0;

  constructor(host: ElfFile, hostPath: string, sysroot: Sysroot | undefined) {
    this.#expected = {
      bits: host.header.bits,
      littleEndian: host.header.littleEndian,
      machine: host.header.machine,
      arch: host.machine.arch,
    };
    const program: Loaded = { path: hostPath, elf: host, names: new Set() };
    this.#hostNeeds = new HostNeeds(host);
    this.#libraries = sysroot === undefined ? undefined : new Libraries(sysroot, this.#expected);
    this.#loaded = [program];
    if (this.#libraries === undefined) return;
    const missing = this.#loadNeeded(program, this.#loaded);
    // A host without one of its libraries does not start, so this is not the system that it runs on.
    if (missing !== undefined) {
      this.#libraries = undefined;
      this.#loaded = [program];
      return;
    }
    const nowhere = () => false;
    const blocks = this.#loaded.map(({ elf }) => threadLocalOf(elf, nowhere)).filter((each) => each !== undefined);
    const linking = host.dynamic === undefined || host.interpreter === undefined ? "static" : "dynamic";
    this.#threadLocal = hasBlocksBelow(host) ? new StaticThreadLocal(blocks, linking) : undefined;
  }

  /** The files in the order of symbol lookup: the program, its libraries, then the files opened since. */
  get scope(): readonly Loaded[] {
    return this.#loaded;
  }

  /**
   * @param path With links resolved, as in the loader's messages.
   * @param identity The same for all names of a file: device and inode.
   */
  open(bytes: Uint8Array, path: string, identity: string): LoadResult | LoadFailure {
    const before = this.#byFile.get(identity);
    if (before !== undefined) return { loaded: before, isNew: false };
    const elf = readLibrary(bytes, path, this.#expected);
    if (isFailure(elf)) return elf;
    try {
      return this.#load(elf, bytes, path, identity);
    } catch (thrown) {
      if (!isTenonError(thrown)) throw thrown;
      return {
        outcome: "unknown",
        finding: pluginDamaged(thrown.code, path, thrown.message),
      };
    }
  }

  #load(whole: ElfFile, bytes: Uint8Array, path: string, identity: string): LoadResult | LoadFailure {
    const mapped = this.#map(whole, bytes, path);
    if ("outcome" in mapped) return mapped;
    const { dynamic } = mapped;
    if (dynamic?.isProgram === true) {
      return {
        outcome: "error",
        text: `${path}: ${glibcTexts.positionIndependentExecutable}`,
        finding: pluginIsProgram(path, `go build -buildmode=plugin -o ${shellWord(path)}`),
      };
    }
    if (dynamic?.isNoOpen === true)
      return {
        outcome: "error",
        text: `${path}: ${glibcTexts.noOpen}`,
        finding: pluginFileRejected(path, "was linked with -z nodlopen, so it cannot be loaded at run time"),
      };
    const loaded: Loaded = {
      path,
      elf: mapped,
      names: new Set(dynamic?.soName === undefined ? [] : [dynamic.soName]),
    };
    const added: Loaded[] = [loaded];
    const failure =
      this.#libraries === undefined ? this.#hostNeeds.failure(loaded, this.#loaded) : this.#resolve(loaded, added);
    if (failure !== undefined) return failure;
    const sanitizer = sanitizerCrash(loaded, this.#loaded[0] as Loaded);
    if (sanitizer !== undefined) return sanitizer;
    this.#loaded.push(...added);
    this.#byFile.set(identity, loaded);
    return { loaded, isNew: true };
  }

  #resolve(loaded: Loaded, added: Loaded[]): LoadFailure | undefined {
    const missing = this.#loadNeeded(loaded, added);
    if (missing !== undefined) return missing;
    const all = [...this.#loaded, ...added];
    for (const each of added) {
      const version = missingVersion(each, all);
      if (version !== undefined) return version;
    }
    // Libraries are relocated before the files that need them.
    for (const each of added.toReversed()) {
      const symbol = undefinedSymbol(each, all);
      if (symbol !== undefined) return symbol;
    }
    return this.#reserveThreadLocal(added);
  }

  /** Loads the libraries that a file needs into `into`, breadth first, except those that are loaded already. */
  #loadNeeded(first: Loaded, into: Loaded[]): LoadFailure | undefined {
    const parents = new Map<Loaded, Loaded[]>([
      [first, [first, ...(first === this.#loaded[0] ? [] : this.#loaded.slice(0, 1))]],
    ]);
    for (let index = into.indexOf(first); index < into.length; index++) {
      const one = into[index] as Loaded;
      const chain = parents.get(one) ?? [one];
      for (const name of one.elf.dynamic?.needed ?? []) {
        const known = [...this.#loaded, ...into].find(({ names }) => names.has(name));
        if (known !== undefined) continue;
        const found = this.#libraries?.find(name, chain);
        if (found === undefined) return missingLibrary(name, one.path);
        if ("outcome" in found) return explainMusl(found, name, one.path);
        const same = [...this.#loaded, ...into].find(({ path }) => path === found.path);
        if (same !== undefined) {
          same.names.add(name);
          continue;
        }
        parents.set(found, [found, ...chain]);
        into.push(found);
      }
    }
    return undefined;
  }

  #reserveThreadLocal(added: readonly Loaded[]): LoadFailure | undefined {
    for (const { elf, path } of added.toReversed()) {
      const block = threadLocalOf(elf, (name) =>
        this.#loaded.some((each) => each.elf.symbols?.find(name) !== undefined),
      );
      if (block?.isStatic !== true) continue;
      this.#lateThreadLocal += block.size + block.align;
      if (this.#threadLocal === undefined) {
        if (this.#lateThreadLocal <= certainReserve) continue;
        return {
          outcome: "unknown",
          finding: threadLocalTooLarge(path, block.size, undefined),
        };
      }
      if (!this.#threadLocal.allocate(block)) {
        return {
          outcome: "error",
          text: `${path}: ${glibcTexts.noStaticThreadLocal}`,
          finding: threadLocalTooLarge(path, block.size, this.#threadLocal.free),
        };
      }
    }
    return undefined;
  }

  /** Maps a file as the loader does: bytes after its end on the last page are zero, later pages crash the process. */
  #map(elf: ElfFile, bytes: Uint8Array, path: string): ElfFile | LoadFailure {
    if (elf.sizeNeeded <= bytes.length) return elf;
    const mapped = Math.ceil(bytes.length / pageSize) * pageSize;
    if (elf.sizeNeeded > mapped) {
      return {
        outcome: "crash",
        text: goTexts.busError,
        finding: pluginTruncated(path, bytes.length, elf.sizeNeeded, goTexts.busError),
      };
    }
    const padded = new Uint8Array(elf.sizeNeeded);
    padded.set(bytes);
    return readLibrary(padded, path, this.#expected);
  }
}

function hasBlocksBelow(host: ElfFile): boolean {
  return host.machine.arch === "amd64" || host.machine.arch === "386";
}

function missingLibrary(name: string, neededBy: string): LoadFailure {
  return {
    outcome: "error",
    text: `${name}: ${glibcTexts.noSuchFile}`,
    finding: libraryMissing(neededBy, name),
  };
}

/** On a glibc system, the name of musl's library, `libc.so`, is a linker script. */
function explainMusl(failure: LoadFailure, name: string, neededBy: string): LoadFailure {
  if (name !== "libc.so") return failure;
  return { ...failure, finding: cLibraryDiffers(neededBy, { host: "glibc", plugin: "musl" }) };
}
