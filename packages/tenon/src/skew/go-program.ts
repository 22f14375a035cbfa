import type { ElfFile } from "../binary/elf/index.js";
import { type BuildInfo, readBuildInfo } from "../binary/go-metadata/build-info.js";
import { type LineTable, readLineTable } from "../binary/go-metadata/line-table.js";
import { type ModuleDataLayout, moduleDataLayout, moduleDataLayoutsOfSize } from "../binary/go-metadata/module-data.js";
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
  /** Absolute, with links resolved: for commands, which are run elsewhere. */
  readonly location: string;
  readonly elf: ElfFile;
  readonly #known = new Map<string, unknown>();

  constructor(path: string, location: string, elf: ElfFile) {
    this.path = path;
    this.location = location;
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

  /** How its own release lays module data out: by its version, or by what holds together. `undefined` if nothing is known. */
  get layout(): ModuleDataLayout | undefined {
    return this.#once("layout", () => {
      const { bits } = this.elf.header;
      const byVersion = this.goVersion === undefined ? undefined : moduleDataLayout(this.goVersion, bits);
      const bySize = moduleDataLayoutsOfSize(this.moduleDataSize ?? 0, bits);
      if (byVersion !== undefined) return bySize.find((layout) => layout === byVersion);
      if (bySize.length < 2) return bySize[0];
      const address = this.moduleDataAddress ?? this.elf.symbols?.find("runtime.firstmoduledata")?.value;
      return bySize.find((layout) => address !== undefined && isConsistent(this.elf.image, address, layout));
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

const slices = ["textsectmap", "typelinks", "itablinks", "ptab", "pkghashes", "inittasks", "modulehashes"] as const;

/** Whether what is read in a layout holds together: releases of one size differ by where their slices are. */
function isConsistent(image: Image, address: number, layout: ModuleDataLayout): boolean {
  const isSlice = (at: number) => {
    const [pointer, length, capacity] = [0, 1, 2].map((word) => image.pointer(at + word * image.wordSize));
    return length === capacity && (length === 0 || image.has(pointer ?? -1));
  };
  return slices.every((field) => {
    const offset = layout.offsets[field];
    return offset === undefined || orUndefined(() => isSlice(address + offset)) === true;
  });
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
