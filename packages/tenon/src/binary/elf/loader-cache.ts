import { isTenonError } from "../../errors/index.js";
import { ByteReader } from "../bytes/byte-reader.js";

const magic = "glibc-ld.so.cache1.1";
const mostLibraries = 1 << 18;

/**
 * Reads the index of libraries that ldconfig writes. Source: glibc, sysdeps/generic/dl-cache.h (`struct cache_file_new`). The
 * older format before it is skipped.
 *
 * @returns Paths and flags (kind of library and machine) by name, in order of preference. Empty for a damaged cache, which
 * the loader ignores too.
 */
export function readLoaderCache(bytes: Uint8Array): Map<string, { path: string; flags: number }[]> {
  const found = new Map<string, { path: string; flags: number }[]>();
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(magic);
  if (start < 0) return found;
  try {
    const reader = new ByteReader(bytes.subarray(start), true);
    const count = Math.min(reader.u32(20), mostLibraries);
    for (let index = 0; index < count; index++) {
      const entry = 48 + index * 24;
      const name = reader.cString(reader.u32(entry + 4), 4096);
      const list = found.get(name) ?? [];
      list.push({ flags: reader.u32(entry), path: reader.cString(reader.u32(entry + 8), 4096) });
      found.set(name, list);
    }
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    return new Map();
  }
  return found;
}
