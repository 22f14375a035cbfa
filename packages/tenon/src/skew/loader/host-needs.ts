import type { ElfFile } from "../../binary/elf/index.js";
import {
  cLibraryDiffers,
  unknownLibrary,
  unknownLibraryVersion,
  unknownSymbol,
  unknownThreadLocal,
} from "../../errors/factories/go-loader.js";
import type { Finding } from "../../errors/index.js";
import type { Loaded } from "./libraries.js";
import { compareVersions, greatestNeeds, splitVersion } from "./library-versions.js";
import type { LoadFailure } from "./load-failure.js";
import { references } from "./symbol-binding.js";
import { certainReserve, threadLocalOf } from "./thread-local.js";

/** The releases of glibc with three numbers that have their own symbol versions. */
const threeNumbers = /^2\.(1\.[1-3]|2\.[1-6]|3\.[2-4])$/;

/** Whether a version with that number exists: a higher version does not imply one that was never released. */
function isRelease(prefix: string, number: string): boolean {
  return prefix !== "GLIBC" || /^2\.\d{1,2}$/.test(number) || threeNumbers.test(number);
}

/**
 * What the host's own needs reveal about its system when no sysroot is known: the host runs there, so everything that it
 * needs is installed.
 */
export class HostNeeds {
  readonly #host: ElfFile;
  readonly #libraries: ReadonlySet<string>;
  readonly #greatest: ReadonlyMap<string, string>;
  readonly #imported: ReadonlySet<string>;
  #lateThreadLocal = 0;

  constructor(host: ElfFile) {
    this.#host = host;
    this.#libraries = new Set(host.dynamic?.needed ?? []);
    this.#greatest = greatestNeeds(host);
    this.#imported = new Set(references(host).map(({ symbol }) => symbol.name));
  }

  /** Returns why a file may not load on the host's system; `undefined` if it needs no more than the host itself. */
  failure(file: Loaded, scope: readonly Loaded[]): LoadFailure | undefined {
    const finding =
      this.#otherCLibrary(file) ??
      this.#newLibrary(file, scope) ??
      this.#newVersion(file) ??
      this.#newSymbol(file, scope) ??
      this.#newThreadLocal(file, scope);
    return finding === undefined ? undefined : { outcome: "unknown", finding };
  }

  #otherCLibrary({ elf, path }: Loaded): Finding | undefined {
    const needsCLibrary = elf.dynamic?.needed.some((name) => /^libc\./.test(name)) ?? false;
    if (!needsCLibrary || isMusl(elf) === isMusl(this.#host)) return undefined;
    const nameOf = (each: ElfFile) => (isMusl(each) ? "musl" : "glibc");
    return cLibraryDiffers(path, { host: nameOf(this.#host), plugin: nameOf(elf) });
  }

  #newLibrary({ elf, path }: Loaded, scope: readonly Loaded[]): Finding | undefined {
    const isKnown = (name: string) => this.#libraries.has(name) || scope.some(({ names }) => names.has(name));
    const library = elf.dynamic?.needed.find((name) => !isKnown(name));
    return library === undefined ? undefined : unknownLibrary(path, library);
  }

  #newVersion({ elf, path }: Loaded): Finding | undefined {
    for (const { library, version, isWeak } of elf.versionNeeds) {
      const [prefix, number] = splitVersion(version);
      const most = this.#greatest.get(`${library} ${prefix}`);
      const isOlder = number !== "" && most !== undefined && compareVersions(number, most) <= 0;
      if (isWeak || (isOlder && isRelease(prefix, number))) continue;
      if (this.#host.versionNeeds.some((need) => need.library === library && need.version === version)) continue;
      const highest = most === undefined ? undefined : `${prefix}_${most}`;
      return unknownLibraryVersion(path, { library, version, highest });
    }
    return undefined;
  }

  #newSymbol(file: Loaded, scope: readonly Loaded[]): Finding | undefined {
    for (const { symbol, version } of references(file.elf)) {
      // If a library has a version, it defines all symbols of that version.
      if (version !== undefined || this.#imported.has(symbol.name)) continue;
      if ([...scope, file].some((each) => each.elf.symbols?.find(symbol.name) !== undefined)) continue;
      return unknownSymbol(file.path, symbol.name);
    }
    return undefined;
  }

  #newThreadLocal({ elf, path }: Loaded, scope: readonly Loaded[]): Finding | undefined {
    const block = threadLocalOf(elf, (name) => scope.some((each) => each.elf.symbols?.find(name) !== undefined));
    if (block?.isStatic === true) this.#lateThreadLocal += block.size + block.align;
    return this.#lateThreadLocal <= certainReserve ? undefined : unknownThreadLocal(path, block?.size ?? 0);
  }
}

function isMusl(elf: ElfFile): boolean {
  return elf.dynamic?.needed.some((name) => /^(libc\.so$|libc\.musl-)/.test(name)) === true;
}
