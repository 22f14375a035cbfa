import type { ElfFile } from "../../binary/elf/index.js";
import { finding, isTenonError } from "../../errors/index.js";
import { shellWord } from "../shell-word.js";
import { type ExpectedMachine, isAnswer, readLibrary } from "./file-header.js";
import { type Implied, impliedBy } from "./implied.js";
import { Libraries, type Loaded } from "./libraries.js";
import { missingVersion } from "./library-versions.js";
import type { LoaderAnswer } from "./loader-answer.js";
import { sanitizerCrash } from "./sanitizer.js";
import { undefinedSymbol } from "./symbol-binding.js";
import type { Sysroot } from "./sysroot.js";
import { certainReserve, StaticThreadLocal, threadLocalOf } from "./thread-local.js";

const pageSize = 4096;

/** What dlopen made of a file. */
export interface LoadResult {
  readonly loaded: Loaded;
  /** Whether it was loaded now: a file that is there already is not initialised again. */
  readonly isNew: boolean;
}

/**
 * The system's loader in the host's process: what it has loaded, and what it says of one more file.
 * Follows glibc's order: headers, mapping, needed libraries, versions, relocations. Source: glibc, elf/dl-open.c.
 */
export class DynamicLoader {
  readonly #expected: ExpectedMachine;
  readonly #libraries: Libraries | undefined;
  readonly #implied: Implied;
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
    this.#implied = impliedBy(host);
    this.#libraries = sysroot === undefined ? undefined : new Libraries(sysroot, this.#expected);
    this.#loaded = [program];
    if (this.#libraries === undefined) return;
    const missing = this.#loadNeeded(program, this.#loaded);
    // A host that misses a library itself does not start: nothing can be told from it.
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

  /** Files in the order in which symbols are looked up: the program, its libraries, what was opened since. */
  get scope(): readonly Loaded[] {
    return this.#loaded;
  }

  /**
   * @param path With links resolved, as the loader says it in messages.
   * @param identity The same for the same file under whatever name: device and inode.
   */
  open(bytes: Uint8Array, path: string, identity: string): LoadResult | LoaderAnswer {
    const before = this.#byFile.get(identity);
    if (before !== undefined) return { loaded: before, isNew: false };
    const elf = readLibrary(bytes, path, this.#expected);
    if (isAnswer(elf)) return elf;
    try {
      return this.#load(elf, bytes, path, identity);
    } catch (thrown) {
      if (!isTenonError(thrown)) throw thrown;
      return {
        outcome: "unknown",
        finding: finding(thrown.code, {
          subject: path,
          message: `${path} is damaged: ${thrown.message}`,
          fix: {
            text: "Build or copy the plugin again. The loader checks little, and may end the process on such a file.",
          },
        }),
      };
    }
  }

  #load(whole: ElfFile, bytes: Uint8Array, path: string, identity: string): LoadResult | LoaderAnswer {
    const mapped = this.#map(whole, bytes, path);
    if ("outcome" in mapped) return mapped;
    const { dynamic } = mapped;
    if (dynamic?.isProgram === true) {
      return {
        outcome: "error",
        text: `${path}: cannot dynamically load position-independent executable`,
        finding: finding("TENON_GO_NOT_SHARED", {
          subject: path,
          message: `${path} is a position-independent program, not a plugin`,
          fix: { text: "Build it as a plugin.", command: `go build -buildmode=plugin -o ${shellWord(path)}` },
        }),
      };
    }
    if (dynamic?.isNoOpen === true)
      return {
        outcome: "error",
        text: `${path}: shared object cannot be dlopen()ed`,
        finding: finding("TENON_GO_FILE", {
          subject: path,
          message: `${path} is marked as one that must not be opened`,
        }),
      };
    const loaded: Loaded = {
      path,
      elf: mapped,
      names: new Set(dynamic?.soName === undefined ? [] : [dynamic.soName]),
    };
    const added: Loaded[] = [loaded];
    const refusal =
      this.#libraries === undefined ? this.#implied.refuses(loaded, this.#loaded) : this.#resolve(loaded, added);
    if (refusal !== undefined) return refusal;
    const sanitizer = sanitizerCrash(loaded, this.#loaded[0] as Loaded);
    if (sanitizer !== undefined) return sanitizer;
    this.#loaded.push(...added);
    this.#byFile.set(identity, loaded);
    return { loaded, isNew: true };
  }

  #resolve(loaded: Loaded, added: Loaded[]): LoaderAnswer | undefined {
    const missing = this.#loadNeeded(loaded, added);
    if (missing !== undefined) return missing;
    const all = [...this.#loaded, ...added];
    for (const each of added) {
      const version = missingVersion(each, all);
      if (version !== undefined) return version;
    }
    // Libraries are relocated before what needs them.
    for (const each of added.toReversed()) {
      const symbol = undefinedSymbol(each, all);
      if (symbol !== undefined) return symbol;
    }
    return this.#reserveThreadLocal(added);
  }

  /** Loads what a file needs, breadth first, into `into`; what is loaded already is not loaded again. */
  #loadNeeded(first: Loaded, into: Loaded[]): LoaderAnswer | undefined {
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
        if ("outcome" in found) return explainForeign(found, name, one.path);
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

  #reserveThreadLocal(added: readonly Loaded[]): LoaderAnswer | undefined {
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
          finding: finding("TENON_GO_TLS", {
            subject: path,
            message: `${path} needs ${block.size} bytes of thread-local data, and it is not known how many the system has left`,
          }),
        };
      }
      if (!this.#threadLocal.allocate(block)) {
        return {
          outcome: "error",
          text: `${path}: cannot allocate memory in static TLS block`,
          finding: finding("TENON_GO_TLS", {
            subject: path,
            message: `${path} needs ${block.size} bytes of thread-local data at a fixed place, and ${this.#threadLocal.free} are left`,
          }),
        };
      }
    }
    return undefined;
  }

  /** The file as the loader sees it: what lies behind its end on the last page is zero, further pages end the process. */
  #map(elf: ElfFile, bytes: Uint8Array, path: string): ElfFile | LoaderAnswer {
    if (elf.sizeNeeded <= bytes.length) return elf;
    const mapped = Math.ceil(bytes.length / pageSize) * pageSize;
    if (elf.sizeNeeded > mapped) {
      return {
        outcome: "crash",
        text: "SIGBUS: bus error",
        finding: finding("TENON_BINARY_TRUNCATED", {
          subject: path,
          message: `${path} ends after ${bytes.length} bytes, and its headers speak of ${elf.sizeNeeded}; the process ends with SIGBUS`,
        }),
      };
    }
    const padded = new Uint8Array(elf.sizeNeeded);
    padded.set(bytes);
    const again = readLibrary(padded, path, this.#expected);
    return again;
  }
}

function hasBlocksBelow(host: ElfFile): boolean {
  return host.machine.arch === "amd64" || host.machine.arch === "386";
}

function missingLibrary(name: string, neededBy: string): LoaderAnswer {
  return {
    outcome: "error",
    text: `${name}: cannot open shared object file: No such file or directory`,
    finding: finding("TENON_GO_LIBRARY_MISSING", {
      subject: neededBy,
      message: `${neededBy} needs ${name}, and the system has no library of that name`,
      fix: { text: `Install the package that brings ${name} on the host's system.` },
    }),
  };
}

/** The linker's text file `libc.so` is what a glibc system has under the name of musl's library. */
function explainForeign(answer: LoaderAnswer, name: string, neededBy: string): LoaderAnswer {
  if (name !== "libc.so") return answer;
  return {
    ...answer,
    finding: finding("TENON_GO_LIBC", {
      subject: neededBy,
      message: `${neededBy} was linked with musl (it needs libc.so), and the host's system has glibc`,
    }),
  };
}
