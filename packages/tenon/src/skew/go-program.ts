import type { ElfFile } from "../binary/elf/index.js";
import { type BuildInfo, readBuildInfo } from "../binary/go/build-info.js";
import { type LineTable, readLineTable } from "../binary/go/line-table.js";
import { type ModuleDataLayout, moduleDataLayout, moduleDataLayoutsOfSize } from "../binary/go/module-data.js";
import type { Image } from "../binary/image.js";
import { isTenonError } from "../errors/index.js";
import { type PackageHashes, readPackageHashes } from "./package-hashes.js";

/** The magic numbers of a line table. Source: debug/gosym/pclntab.go. */
const lineTableMagics: readonly number[] = [0xfffffffb, 0xfffffffa, 0xfffffff0, 0xfffffff1];
const largestModuleData = 1024;

/** A Go host or plugin: what can be told of it without running it. What is costly is read when it is first asked for. */
export class GoProgram {
  /** For messages, as it was given. */
  readonly path: string;
  readonly elf: ElfFile;
  readonly #known = new Map<string, unknown>();

  constructor(path: string, elf: ElfFile) {
    this.path = path;
    this.elf = elf;
  }

  /** `undefined` where there is none; plugins of Go 1.19 and older carry none. */
  get buildInfo(): BuildInfo | undefined {
    return this.#once("build info", () => readBuildInfo(this.elf.image));
  }

  /** "go1.26.8", with the experiments that were recorded beside it left out. */
  get goVersion(): string | undefined {
    return this.buildInfo?.goVersion.replace(/[ -]X:.*$/, "");
  }

  get lineTable(): LineTable | undefined {
    return this.#once("line table", () => readLineTable(this.elf.image));
  }

  /** The size of its own `runtime.firstmoduledata` in bytes: what survives every strip and tells the release. */
  get moduleDataSize(): number | undefined {
    return this.#once("size", () => this.elf.symbols?.find("runtime.firstmoduledata")?.size);
  }

  /** How its own release lays module data out; `undefined` for a release that is not known. */
  get layout(): ModuleDataLayout | undefined {
    return this.#once("layout", () => {
      const { bits } = this.elf.header;
      const byVersion = this.goVersion === undefined ? undefined : moduleDataLayout(this.goVersion, bits);
      const bySize = moduleDataLayoutsOfSize(this.moduleDataSize ?? 0, bits);
      return bySize.find((layout) => layout === byVersion) ?? (bySize.length === 1 ? bySize[0] : undefined);
    });
  }

  /** Only a plugin has these; `undefined` for everything else. */
  get packageHashes(): PackageHashes | undefined {
    return this.#once("hashes", () => readPackageHashes(this.elf));
  }

  /** The address of a plugin's module data: the word nearest before its package hashes that leads to a line table. */
  get moduleDataAddress(): number | undefined {
    return this.#once("address", () => {
      const field = this.packageHashes?.fieldAddress;
      if (field === undefined) return undefined;
      const { image } = this.elf;
      for (let at = field; at > field - largestModuleData && image.has(at); at -= image.wordSize) {
        if (leadsToLineTable(image, at)) return at;
      }
      return undefined;
    });
  }

  /** A setting of the build: `-trimpath`, `CGO_ENABLED`, `-tags`; `undefined` where it is not recorded. */
  setting(name: string): string | undefined {
    return this.buildInfo?.settings.get(name);
  }

  #once<T>(name: string, read: () => T): T | undefined {
    if (!this.#known.has(name)) this.#known.set(name, orUndefined(read));
    return this.#known.get(name) as T | undefined;
  }
}

function leadsToLineTable(image: Image, address: number): boolean {
  return orUndefined(() => lineTableMagics.includes(image.u32(image.pointer(address)))) === true;
}

/** What is broken in one part must not hide what the others tell. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (isTenonError(thrown)) return undefined;
    throw thrown;
  }
}
