import { malformed } from "../../errors/factories/binary.js";
import type { Image } from "../bytes/image.js";

/** Finds candidates for a name: indexes of symbols whose hash matches. */
export interface SymbolHash {
  readonly kind: "gnu" | "sysv";
  readonly candidates: (name: string) => Iterable<number>;
  /** How many symbols the table must have according to the hash table. */
  readonly count: () => number;
}

const utf8 = new TextEncoder();

/** DT_GNU_HASH. Source: GNU hash section as binutils and glibc implement it. @throws TENON_BINARY_MALFORMED */
export function readGnuHash(image: Image, address: number): SymbolHash {
  const bucketCount = image.u32(address);
  const first = image.u32(address + 4);
  const bloomWords = image.u32(address + 8);
  const buckets = address + 16 + bloomWords * image.wordSize;
  const chains = buckets + bucketCount * 4;
  if (!image.has(buckets, bucketCount * 4)) throw malformed("the GNU hash table lies outside the program");
  return {
    kind: "gnu",
    *candidates(name) {
      if (bucketCount === 0) return;
      const hash = gnuHash(name);
      const start = image.u32(buckets + (hash % bucketCount) * 4);
      if (start < first) return;
      for (let index = start; ; index++) {
        const value = image.u32(chains + (index - first) * 4);
        if ((value | 1) === (hash | 1)) yield index;
        if ((value & 1) === 1) return;
      }
    },
    count() {
      let last = 0;
      for (let index = 0; index < bucketCount; index++) last = Math.max(last, image.u32(buckets + index * 4));
      if (last < first) return first;
      while ((image.u32(chains + (last - first) * 4) & 1) === 0) last++;
      return last + 1;
    },
  };
}

/** DT_HASH. Source: gABI, "Hash Table". @throws TENON_BINARY_MALFORMED */
export function readSysvHash(image: Image, address: number): SymbolHash {
  const bucketCount = image.u32(address);
  const chainCount = image.u32(address + 4);
  const chains = address + 8 + bucketCount * 4;
  if (!image.has(address, 8 + (bucketCount + chainCount) * 4))
    throw malformed("the hash table lies outside the program");
  return {
    kind: "sysv",
    *candidates(name) {
      if (bucketCount === 0) return;
      let index = image.u32(address + 8 + (sysvHash(name) % bucketCount) * 4);
      // A cyclic chain would never end.
      for (let steps = 0; index !== 0 && steps < chainCount; steps++) {
        yield index;
        if (index >= chainCount) throw malformed(`hash chain entry ${index} lies outside the table`);
        index = image.u32(chains + index * 4);
      }
    },
    count: () => chainCount,
  };
}

function gnuHash(name: string): number {
  let hash = 5381;
  for (const byte of utf8.encode(name)) hash = (Math.imul(hash, 33) + byte) >>> 0;
  return hash;
}

function sysvHash(name: string): number {
  let hash = 0;
  for (const byte of utf8.encode(name)) {
    hash = ((hash << 4) + byte) >>> 0;
    const high = hash & 0xf0000000;
    hash = (hash ^ (high >>> 24)) & ~high;
  }
  return hash >>> 0;
}
