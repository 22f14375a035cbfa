import type { Image } from "../../binary/bytes/image.js";
import type { ElfFile } from "../../binary/elf/index.js";
import { type BuildInfo, readBuildInfo } from "../../binary/go-metadata/build-info.js";
import { type LineTable, readLineTable } from "../../binary/go-metadata/line-table.js";
import {
  type ModuleDataLayout,
  moduleDataLayout,
  moduleDataLayoutsOfSize,
} from "../../binary/go-metadata/module-data.js";
import { isTenonError } from "../../errors/index.js";
import { type PackageHashes, readPackageHashes } from "./package-hashes.js";

/** The magic numbers of a line table. Source: debug/gosym/pclntab.go. */
const lineTableMagics: readonly number[] = [0xfffffffb, 0xfffffffa, 0xfffffff0, 0xfffffff1];
const largestModuleData = 1024;

/** The facts about a Go host or plugin that can be read without running it. Expensive ones are read on first use. */
export class GoProgram {
  /** As given, for messages. */
  readonly path: string;
  /** Absolute, with links resolved, for commands that run in another folder. */
  readonly location: string;
  readonly elf: ElfFile;
  readonly #known = new Map<string, unknown>();

  constructor(path: string, location: string, elf: ElfFile) {
    this.path = path;
    this.location = location;
    this.elf = elf;
  }

  /** `undefined` if there is none, as in plugins of Go 1.19 and older. */
  get buildInfo(): BuildInfo | undefined {
    return this.#once("build info", () => readBuildInfo(this.elf.image));
  }

  /** "go1.26.8", without the experiments that Go records with it. */
  get goVersion(): string | undefined {
    return this.buildInfo?.goVersion.replace(/[ -]X:.*$/, "");
  }

  get lineTable(): LineTable | undefined {
    return this.#once("line table", () => readLineTable(this.elf.image));
  }

  /** The size of its `runtime.firstmoduledata` in bytes. Stripping never removes it, and it reveals the release. */
  get moduleDataSize(): number | undefined {
    return this.#once("size", () => this.elf.symbols?.find("runtime.firstmoduledata")?.size);
  }

  /** The layout of module data in its release, found by version or by consistency. `undefined` if unknown. */
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

  /** `undefined` if it is not a plugin. */
  get packageHashes(): PackageHashes | undefined {
    return this.#once("hashes", () => readPackageHashes(this.elf));
  }

  /** The address of a plugin's module data: the nearest word before its package hashes that points to a line table. */
  get moduleDataAddress(): number | undefined {
    return this.#once("address", () => {
      const field = this.packageHashes?.fieldAddress;
      if (field === undefined) return undefined;
      const { image } = this.elf;
      for (let at = field; at > field - largestModuleData && image.has(at); at -= image.wordSize) {
        if (pointsToLineTable(image, at)) return at;
      }
      return undefined;
    });
  }

  /** Returns a setting of the build: `-trimpath`, `CGO_ENABLED`, `-tags`; `undefined` if it is not recorded. */
  setting(name: string): string | undefined {
    return this.buildInfo?.settings.get(name);
  }

  #once<T>(name: string, read: () => T): T | undefined {
    if (!this.#known.has(name)) this.#known.set(name, orUndefined(read));
    return this.#known.get(name) as T | undefined;
  }
}

function pointsToLineTable(image: Image, address: number): boolean {
  return orUndefined(() => lineTableMagics.includes(image.u32(image.pointer(address)))) === true;
}

const slices = ["textsectmap", "typelinks", "itablinks", "ptab", "pkghashes", "inittasks", "modulehashes"] as const;

/** Whether the fields are consistent with a layout: releases of the same size have their slices at different offsets. */
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

/** A broken part must not hide what the other parts reveal. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (isTenonError(thrown)) return undefined;
    throw thrown;
  }
}
