import { malformed } from "../../errors/factories/binary.js";
import { ByteReader } from "../bytes/byte-reader.js";
import type { Relocated } from "../bytes/image.js";
import { decodePointer, type PointerFormat, pointerFormats } from "./chained-pointer.js";
import type { MachOSegment } from "./segments.js";

interface Chains {
  readonly segment: MachOSegment;
  readonly format: PointerFormat;
  readonly pageSize: number;
  readonly maximumPointer: number;
  readonly pages: number;
  /** How many words follow: one for each page, then the lists for pages with several chains. */
  readonly words: number;
  /** Returns such a word: the position of a page's first pointer or of its list. */
  word(index: number): number;
}

const noPointers = 0xffff;
const several = 0x8000;

/**
 * Pointers that the loader finds by following chains through the data (LC_DYLD_CHAINED_FIXUPS). They are packed in the
 * file, and {@link at} unpacks them. The chains of each page are followed on first use.
 * Source: `mach-o/fixup-chains.h`.
 */
export class ChainedFixups implements Relocated {
  readonly #reader: ByteReader;
  readonly #base: number;
  readonly #chains: readonly Chains[];
  readonly #pages = new Map<string, Map<number, number>>();

  /**
   * @param reader The whole file.
   * @param data The data of the load command.
   * @param base Address of the Mach-O header.
   * @throws TENON_BINARY_MALFORMED
   */
  constructor(reader: ByteReader, data: Uint8Array, segments: readonly MachOSegment[], base: number) {
    this.#reader = reader;
    this.#base = base;
    this.#chains = readChains(new ByteReader(data, reader.littleEndian), segments);
  }

  /** Returns the target of the pointer at an address; 0 if it is in another library, `undefined` if there is no pointer. */
  at(address: number): number | undefined {
    for (const [index, chains] of this.#chains.entries()) {
      const within = address - chains.segment.address;
      if (within < 0 || within >= chains.segment.fileSize) continue;
      const page = Math.floor(within / chains.pageSize);
      const key = `${index}:${page}`;
      let values = this.#pages.get(key);
      if (values === undefined) {
        values = this.#follow(chains, page);
        this.#pages.set(key, values);
      }
      return values.get(address);
    }
    return undefined;
  }

  #follow(chains: Chains, page: number): Map<number, number> {
    const values = new Map<number, number>();
    for (const start of startsOf(chains, page)) this.#followChain(chains, page * chains.pageSize, start, values);
    return values;
  }

  #followChain(chains: Chains, pageOffset: number, start: number, values: Map<number, number>): void {
    const { segment, format, pageSize } = chains;
    const end = Math.min(pageOffset + pageSize, segment.fileSize);
    let within = pageOffset + start;
    while (within + format.bytes <= end) {
      const address = segment.address + within;
      // Chains that meet are the same from here on.
      if (values.has(address)) return;
      const pointer = decodePointer(this.#reader, segment.offset + within, format, this.#base, chains.maximumPointer);
      values.set(address, pointer.value);
      if (pointer.next === 0) return;
      within += pointer.next;
    }
    throw malformed(`the chain of pointers in segment ${segment.name} leaves its page`, segment.offset + within);
  }
}

function readChains(reader: ByteReader, segments: readonly MachOSegment[]): Chains[] {
  const table = reader.u32(4);
  const count = reader.u32(table);
  if (count > segments.length)
    throw malformed(`the pointer chains cover ${count} segments, but the file has ${segments.length}`);
  const found: Chains[] = [];
  for (let index = 0; index < count; index++) {
    const offset = reader.u32(table + 4 + index * 4);
    const segment = segments[index];
    if (offset === 0 || segment === undefined) continue;
    const at = table + offset;
    const size = reader.u32(at);
    const pageSize = reader.u16(at + 4);
    const format = pointerFormats[reader.u16(at + 6)];
    if (format === undefined) throw malformed(`pointers of segment ${segment.name} have an unknown format`, at);
    if (pageSize < 0x100)
      throw malformed(`segment ${segment.name} has pages of ${pageSize} bytes, which is too small`, at);
    const pages = reader.u16(at + 20);
    const words = Math.floor((size - 22) / 2);
    if (words < pages) throw malformed(`the pointer chains of segment ${segment.name} are incomplete`, at);
    reader.slice(at, 22 + words * 2);
    const word = (wanted: number) => reader.u16(at + 22 + wanted * 2);
    found.push({ segment, format, pageSize, maximumPointer: reader.u32(at + 16), pages, words, word });
  }
  return found;
}

/** Returns where chains begin in a page: nowhere, at one offset, or (32-bit only) at several, listed after the page table. */
function startsOf(chains: Chains, page: number): number[] {
  const first = page < chains.pages ? chains.word(page) : noPointers;
  if (first === noPointers) return [];
  if ((first & several) === 0 || chains.format.bytes === 8) return [first];
  const starts: number[] = [];
  for (let index = first & ~several; index < chains.words && starts.length < chains.pageSize / 4; index++) {
    const start = chains.word(index);
    starts.push(start & ~several);
    if ((start & several) !== 0) return starts;
  }
  throw malformed(`a list of pointer chains in segment ${chains.segment.name} does not end`);
}
