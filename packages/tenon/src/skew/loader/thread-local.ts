import { type ElfFile, segmentTypes } from "../../binary/elf/index.js";

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

/**
 * PT_TLS; `undefined` where there is none.
 *
 * @param definesElsewhere Whether a file that was loaded before defines a symbol. A Go plugin refers to the host's
 * `runtime.tlsg` that way, and its own block is never used.
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
 * The reserve for libraries that are opened late, in bytes; rounding leaves some more. Source: glibc, elf/dl-tls.c: with the
 * default of four namespaces 3 × 192 + 4 × 144 + 512 since 2.34 (a constant of the same size before), and in a static
 * program, which has one namespace, 144 + 512.
 */
const reserves = { dynamic: 1664, static: 656 } as const;

/** What every glibc keeps for late libraries, in bytes, whatever the program itself uses of it. */
export const certainReserve = 1024;

const controlBlockAlign = 64;

/**
 * The thread-local blocks of a process whose thread pointer lies above them (x86, x86-64), as glibc lays them out.
 * Source: glibc, elf/dl-tls.c, `_dl_determine_tlsoffset`, and elf/dl-reloc.c, `_dl_try_allocate_static_tls`.
 */
export class StaticThreadLocal {
  #used = 0;
  readonly #size: number;

  /** @param initial What the program and the libraries that it starts with ask for, in the order of loading. */
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
