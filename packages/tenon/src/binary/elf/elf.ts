import { truncated } from "../../errors/factories/binary.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { Image, type Platform, type Segment } from "../bytes/image.js";
import { type Dynamic, readDynamic } from "./dynamic.js";
import { type ElfHeader, readElfHeader } from "./header.js";
import { type Machine, machineOf } from "./machine.js";
import { type Note, readNotes } from "./notes.js";
import { type ProgramHeader, readProgramHeaders, segmentTypes } from "./program-headers.js";
import { Relocations } from "./relocations.js";
import { readSections, type Section } from "./sections.js";
import { DynamicSymbols } from "./symbols.js";
import { readVersionDefinitions, readVersionNeeds, type VersionDefinition, type VersionNeed } from "./versions.js";

/**
 * An ELF file. Everything but the headers is read on first use, and errors in it are reported then. Only {@link sections}
 * reads section headers; the rest works on stripped files too.
 */
export class ElfFile {
  readonly bytes: Uint8Array;
  readonly reader: ByteReader;
  readonly header: ElfHeader;
  readonly machine: Machine;
  readonly programHeaders: readonly ProgramHeader[];
  readonly image: Image;
  readonly #lazy = new Map<string, unknown>();

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.header = readElfHeader(bytes);
    this.reader = new ByteReader(bytes, this.header.littleEndian);
    this.machine = machineOf(this.header.machine, this.header.bits, this.header.littleEndian);
    this.programHeaders = readProgramHeaders(this.reader, this.header);
    this.image = new Image({
      bytes,
      bits: this.header.bits,
      littleEndian: this.header.littleEndian,
      segments: this.programHeaders.filter(({ type }) => type === segmentTypes.load).map(segmentOf),
      platform: this.#platform(),
      relocated: { at: (address) => this.relocations?.at(address) },
    });
  }

  /** `undefined` for a static program. @throws TENON_BINARY_MALFORMED */
  get dynamic(): Dynamic | undefined {
    return this.#once("dynamic", () => readDynamic(this.image, this.programHeaders));
  }

  /** `undefined` for a static program. @throws TENON_BINARY_MALFORMED */
  get symbols(): DynamicSymbols | undefined {
    return this.#once("symbols", () =>
      this.dynamic === undefined ? undefined : new DynamicSymbols(this.image, this.dynamic),
    );
  }

  get relocations(): Relocations | undefined {
    return this.#once("relocations", () =>
      this.dynamic === undefined
        ? undefined
        : new Relocations(this.image, this.dynamic, this.machine.relocations, this.symbols),
    );
  }

  get versionNeeds(): readonly VersionNeed[] {
    return this.#once("needs", () => (this.dynamic === undefined ? [] : readVersionNeeds(this.image, this.dynamic)));
  }

  get versionDefinitions(): readonly VersionDefinition[] {
    return this.#once("definitions", () =>
      this.dynamic === undefined ? [] : readVersionDefinitions(this.image, this.dynamic),
    );
  }

  get sections(): readonly Section[] {
    return this.#once("sections", () => readSections(this.reader, this.header));
  }

  get notes(): readonly Note[] {
    return this.#once("notes", () => readNotes(this.reader, this.programHeaders));
  }

  /** The path of the dynamic loader (PT_INTERP), or `undefined`. */
  get interpreter(): string | undefined {
    const header = this.programHeaders.find(({ type }) => type === segmentTypes.interpreter);
    if (header === undefined || header.offset + header.fileSize > this.bytes.length) return undefined;
    return this.reader.text(header.offset, header.fileSize).replace(/\0.*$/s, "");
  }

  /** How many bytes the file must have to contain every segment. */
  get sizeNeeded(): number {
    return Math.max(0, ...this.image.segments.map(({ offset, fileSize }) => offset + fileSize));
  }

  /** @throws TENON_BINARY_TRUNCATED if the file ends before its last segment */
  expectWhole(): void {
    if (this.sizeNeeded > this.bytes.length) throw truncated("the last segment", this.sizeNeeded, this.bytes.length);
  }

  #platform(): Platform {
    const os = systems[this.header.osAbi];
    return { os: os ?? "linux", arch: this.machine.arch };
  }

  #once<T>(key: string, make: () => T): T {
    if (!this.#lazy.has(key)) this.#lazy.set(key, make());
    return this.#lazy.get(key) as T;
  }
}

/** EI_OSABI as GOOS. Linux programs have 0 (System V) or 3. */
const systems: Readonly<Record<number, string>> = { 2: "netbsd", 6: "solaris", 9: "freebsd", 12: "openbsd" };

/** Reads an ELF file. @throws TENON_BINARY_MALFORMED, TENON_BINARY_TRUNCATED (headers cut off) */
export function readElf(bytes: Uint8Array): ElfFile {
  return new ElfFile(bytes);
}

function segmentOf(header: ProgramHeader, index: number): Segment {
  return {
    name: `LOAD ${index}`,
    address: header.address,
    size: header.memorySize,
    offset: header.offset,
    fileSize: header.fileSize,
    writable: (header.flags & 2) !== 0,
    executable: (header.flags & 1) !== 0,
  };
}
