import { architectureMissing } from "../../errors/factories/binary.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { Image } from "../bytes/image.js";
import { Once } from "../bytes/once.js";
import { ChainedFixups } from "./chained-fixups.js";
import { type MachOExport, readExportsTrie } from "./exports.js";
import { isFatMachO, readFatArchitectures } from "./fat.js";
import { type MachOHeader, readMachOHeader } from "./header.js";
import { type MachOLibrary, readLibraries, readLibraryId, readRunPaths } from "./libraries.js";
import { expectSize, type LoadCommand, linkEditData, loadCommands, readLoadCommands } from "./load-commands.js";
import { type BuildVersion, platformOf, readBuildVersion } from "./platform.js";
import { type MachOSection, type MachOSegment, readSegments } from "./segments.js";
import { type MachOSymbol, readMachOSymbols } from "./symbols.js";

/**
 * A thin Mach-O file (one architecture). Header, load commands and segments are read immediately. Everything else is read
 * on first use, and errors in it are reported then.
 *
 * Pointers of {@link image} are as the loader leaves them: chained ones are unpacked. Files with the older rebase opcodes
 * contain complete addresses already. Pointers into other libraries are 0.
 */
export class MachOFile {
  readonly bytes: Uint8Array;
  readonly reader: ByteReader;
  readonly header: MachOHeader;
  readonly commands: readonly LoadCommand[];
  readonly segments: readonly MachOSegment[];
  /** The platform that it was built for; `undefined` if the file does not say. */
  readonly buildVersion: BuildVersion | undefined;
  readonly image: Image;
  readonly #once = new Once();

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.header = readMachOHeader(bytes);
    this.reader = new ByteReader(bytes, this.header.littleEndian);
    this.commands = readLoadCommands(this.reader, this.header);
    this.segments = readSegments(this.reader, this.commands);
    this.buildVersion = readBuildVersion(this.reader, this.commands);
    this.image = new Image({
      bytes,
      bits: this.header.bits,
      littleEndian: this.header.littleEndian,
      segments: this.segments.filter(({ accessible, fileSize }) => accessible || fileSize > 0),
      platform: platformOf(this.header, this.buildVersion),
      relocated: { at: (address) => this.#fixups?.at(address) },
    });
  }

  /** All sections. Symbols refer to them by position, from 1. */
  get sections(): readonly MachOSection[] {
    return this.#once.get("sections", () => this.segments.flatMap(({ sections }) => sections));
  }

  /** @throws TENON_BINARY_MALFORMED */
  get libraries(): readonly MachOLibrary[] {
    return this.#once.get("libraries", () => readLibraries(this.reader, this.commands));
  }

  /** The name and versions of a library. @throws TENON_BINARY_MALFORMED */
  get id(): Omit<MachOLibrary, "kind"> | undefined {
    return this.#once.get("id", () => readLibraryId(this.reader, this.commands));
  }

  /** @throws TENON_BINARY_MALFORMED */
  get runPaths(): readonly string[] {
    return this.#once.get("runPaths", () => readRunPaths(this.reader, this.commands));
  }

  /** @throws TENON_BINARY_MALFORMED */
  get symbols(): readonly MachOSymbol[] {
    return this.#once.get("symbols", () => readMachOSymbols(this.reader, this.commands, this.header));
  }

  /** The exports in the exports trie; `undefined` if there is no trie. @throws TENON_BINARY_MALFORMED */
  get exports(): readonly MachOExport[] | undefined {
    return this.#once.get("exports", () => {
      const place = this.#exportsPlace();
      if (place === undefined) return undefined;
      return readExportsTrie(this.reader.slice(place.offset, place.size), this.#base);
    });
  }

  /** The UUID of the build. @throws TENON_BINARY_MALFORMED */
  get uuid(): string | undefined {
    const command = this.#command(loadCommands.uuid);
    if (command === undefined) return undefined;
    expectSize(command, 24);
    const digits = Buffer.from(this.reader.slice(command.offset + 8, 16))
      .toString("hex")
      .toUpperCase();
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  /** The file offset of the entry point (LC_MAIN). @throws TENON_BINARY_MALFORMED */
  get entryOffset(): number | undefined {
    const command = this.#command(loadCommands.main);
    if (command === undefined) return undefined;
    expectSize(command, 24);
    return this.reader.u64(command.offset + 8);
  }

  /** Whether there is a code signature. It is not verified. */
  get isSigned(): boolean {
    return this.#command(loadCommands.codeSignature) !== undefined;
  }

  /** Whether the code is encrypted, as in apps from Apple's App Store. @throws TENON_BINARY_MALFORMED */
  get isEncrypted(): boolean {
    const command = this.#command(loadCommands.encryptionInfo, loadCommands.encryptionInfo64);
    if (command === undefined) return false;
    expectSize(command, 20);
    return this.reader.u32(command.offset + 16) !== 0;
  }

  #exportsPlace(): { offset: number; size: number } | undefined {
    const trie = this.#command(loadCommands.exportsTrie);
    if (trie !== undefined) return linkEditData(this.reader, trie);
    const info = this.#command(loadCommands.dyldInfo);
    if (info === undefined) return undefined;
    expectSize(info, 48);
    return { offset: this.reader.u32(info.offset + 40), size: this.reader.u32(info.offset + 44) };
  }

  get #fixups(): ChainedFixups | undefined {
    return this.#once.get("fixups", () => {
      const command = this.#command(loadCommands.chainedFixups);
      if (command === undefined) return undefined;
      const { offset, size } = linkEditData(this.reader, command);
      return new ChainedFixups(this.reader, this.reader.slice(offset, size), this.segments, this.#base);
    });
  }

  /** The address of the Mach-O header: that of the segment with the start of the file. */
  get #base(): number {
    return this.segments.find(({ offset, fileSize }) => offset === 0 && fileSize > 0)?.address ?? 0;
  }

  #command(...numbers: number[]): LoadCommand | undefined {
    return this.commands.find(({ command }) => numbers.includes(command));
  }
}

/**
 * Reads a Mach-O file, thin or fat.
 *
 * @param options.arch The part of a fat file to read, as GOARCH. Default: the first. Ignored for a thin file.
 * @throws TENON_BINARY_MALFORMED, TENON_BINARY_TRUNCATED; TENON_OPTION_INVALID if a fat file has no such part
 */
export function readMachO(bytes: Uint8Array, options: { arch?: string | undefined } = {}): MachOFile {
  if (!isFatMachO(bytes)) return new MachOFile(bytes);
  const parts = readFatArchitectures(bytes);
  const part = options.arch === undefined ? parts[0] : parts.find(({ arch }) => arch === options.arch);
  if (part === undefined) {
    const names = parts.map(({ arch, cpuType }) => arch ?? `CPU type ${cpuType}`);
    throw architectureMissing(String(options.arch), names);
  }
  return new MachOFile(bytes.subarray(part.offset, part.offset + part.size));
}
