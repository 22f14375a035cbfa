import { type ElfFile, segmentTypes } from "../../binary/elf/index.js";

/** Relocations that put an offset from the thread pointer into the file: x86-64, AArch64, x86. */
const threadOffset: Readonly<Record<number, readonly number[]>> = { 62: [18], 183: [1030, 1031], 3: [14, 37] };

/** The thread-local storage that a file needs in each thread. */
export interface ThreadLocal {
  /** Bytes. */
  readonly size: number;
  readonly align: number;
  /** p_vaddr modulo the alignment: the position of the first byte in its block. */
  readonly firstByte: number;
  /** Whether the block must be at a fixed distance from the thread pointer, so that it must fit in the reserve. */
  readonly isStatic: boolean;
}

/**
 * Reads PT_TLS; `undefined` if there is none.
 *
 * @param definesElsewhere Whether an earlier file defines a symbol. A Go plugin uses the host's `runtime.tlsg` in this way
 * and never uses its own block.
 */
export function threadLocalOf(elf: ElfFile, definesElsewhere: (name: string) => boolean): ThreadLocal | undefined {
  const header = elf.programHeaders.find(({ type }) => type === segmentTypes.threadLocal);
  if (header === undefined || header.memorySize === 0) return undefined;
  const types = threadOffset[elf.header.machine] ?? [];
  const { symbols } = elf;
  let isStatic = false;
  elf.relocations?.each((_address, type, symbol) => {
    if (isStatic || !types.includes(type)) return;
    isStatic = symbol === 0 || symbols === undefined || !definesElsewhere(symbols.at(symbol).name);
  });
  const align = Math.max(1, header.align);
  return { size: header.memorySize, align, firstByte: header.address % align, isStatic };
}

/**
 * The reserve for libraries that are opened later, in bytes; rounding adds some more. Source: glibc, elf/dl-tls.c: with the
 * default of four namespaces 3 × 192 + 4 × 144 + 512 since 2.34 (a constant of the same size before), and in a static
 * program, which has one namespace, 144 + 512.
 */
const reserves = { dynamic: 1664, static: 656 } as const;

/** The bytes that every glibc reserves for later libraries, independent of the program's own use. */
export const certainReserve = 1024;

const controlBlockAlign = 64;

/**
 * The thread-local blocks of a process whose thread pointer lies above them (x86, x86-64), as glibc lays them out.
 * Source: glibc, elf/dl-tls.c, `_dl_determine_tlsoffset`, and elf/dl-reloc.c, `_dl_try_allocate_static_tls`.
 */
export class StaticThreadLocal {
  #used = 0;
  readonly #size: number;

  /** @param initial The blocks of the program and the libraries that it starts with, in the order of loading. */
  constructor(initial: readonly ThreadLocal[], linking: keyof typeof reserves) {
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
    this.#size = roundUp(offset + reserves[linking], align);
  }

  /** The number of bytes left. */
  get free(): number {
    return this.#size - this.#used;
  }

  /** Reserves space for one more block; returns `false` if there is none. */
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
