import { type ElfFile, segmentTypes } from "../../binary/elf/index.js";

const flagStaticThreadLocal = 0x10;
const flagsTag = 30;
/** Relocations that put an offset from the thread pointer into the file: x86-64, AArch64, x86. */
const threadOffset: Readonly<Record<number, readonly number[]>> = { 62: [18], 183: [1030, 1031], 3: [14, 37] };

/** What a file asks of each thread. */
export interface ThreadLocal {
  /** Bytes. */
  readonly size: number;
  readonly align: number;
  /** p_vaddr modulo the alignment: the first byte's place in its block. */
  readonly firstByte: number;
  /** The block must lie at a fixed distance from the thread pointer, so that it must fit into the reserve. */
  readonly isStatic: boolean;
}

/** PT_TLS; `undefined` where there is none. */
export function threadLocalOf(elf: ElfFile): ThreadLocal | undefined {
  const header = elf.programHeaders.find(({ type }) => type === segmentTypes.threadLocal);
  if (header === undefined || header.memorySize === 0) return undefined;
  let isStatic = ((elf.dynamic?.get(flagsTag) ?? 0) & flagStaticThreadLocal) !== 0;
  if (!isStatic) {
    const types = threadOffset[elf.header.machine] ?? [];
    elf.relocations?.each((_address, type) => {
      if (types.includes(type)) isStatic = true;
    });
  }
  const align = Math.max(1, header.align);
  return { size: header.memorySize, align, firstByte: header.address % align, isStatic };
}

/**
 * The reserve for libraries that are opened late. Source: glibc, csu/libc-tls.c and elf/dl-tls.c: with the default of
 * four namespaces 3 × 192 + 4 × 144 + 512 bytes since 2.34 (a constant of the same size before), and what rounding leaves.
 */
export const reserve = 1664;

const controlBlockAlign = 64;

/**
 * The thread-local blocks of a process whose thread pointer lies above them (x86, x86-64), as glibc lays them out.
 * Source: glibc, elf/dl-tls.c, `_dl_determine_tlsoffset`, and elf/dl-reloc.c, `_dl_try_allocate_static_tls`.
 */
export class StaticThreadLocal {
  #used = 0;
  readonly #size: number;

  /** @param initial What the program and the libraries that it starts with ask for, in the order of loading. */
  constructor(initial: readonly ThreadLocal[]) {
    let align = controlBlockAlign;
    let offset = 0;
    let freeTop = 0;
    let freeBottom = 0;
    for (const block of initial) {
      align = Math.max(align, block.align);
      const first = (block.align - block.firstByte) % block.align;
      if (freeBottom - freeTop >= block.size) {
        const within = roundUp(freeTop + block.size - first, block.align) + first;
        if (within <= freeBottom) {
          freeTop = within;
          continue;
        }
      }
      const end = roundUp(offset + block.size - first, block.align) + first;
      if (end > offset + block.size + (freeBottom - freeTop)) {
        freeTop = offset;
        freeBottom = end - block.size;
      }
      offset = end;
    }
    this.#used = offset;
    this.#size = roundUp(offset + reserve, align);
  }

  /** Bytes that are left. */
  get free(): number {
    return this.#size - this.#used;
  }

  /** Takes room for one more block; `false` if there is none. */
  allocate(block: ThreadLocal): boolean {
    if (block.align > controlBlockAlign) return false;
    const first = (block.align - block.firstByte) % block.align;
    const needed = block.size + first;
    if (this.free < needed) return false;
    const steps = Math.floor((this.free - needed) / block.align);
    this.#used += this.free - steps * block.align - first;
    return true;
  }
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
