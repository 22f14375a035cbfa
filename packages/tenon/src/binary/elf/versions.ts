import { malformed } from "../../errors/factories/binary.js";
import { Allowance } from "../bytes/allowance.js";
import type { Image } from "../bytes/image.js";
import { type Dynamic, dynamicTags } from "./dynamic.js";

/** A version of a library's symbols that a file needs: `GLIBC_2.34` of `libc.so.6`. */
export interface VersionNeed {
  readonly library: string;
  readonly version: string;
  /** Whether the file works without it. */
  readonly isWeak: boolean;
  /** The number by which symbols refer to it. */
  readonly index: number;
}

/** A version that a library defines. */
export interface VersionDefinition {
  readonly version: string;
  readonly index: number;
}

const mostRecords = 1 << 16;
/** Records share names. In real programs all of them together are no longer than a few times the file. */
const namesTimes = 4;
const weak = 2;

/** DT_VERNEED. Source: Linux Standard Base, "Symbol Versioning". @throws TENON_BINARY_MALFORMED */
export function readVersionNeeds(image: Image, dynamic: Dynamic): VersionNeed[] {
  const start = dynamic.get(dynamicTags.versionNeeds);
  const found: VersionNeed[] = [];
  if (start === undefined) return found;
  const names = new Allowance("the names of needed versions", namesTimes * image.bytes.length);
  let seen = 0;
  for (let at: number | undefined = start; at !== undefined; ) {
    const library = dynamic.string(image.u32(at + 4));
    names.spend(library.length);
    const count = u16(image, at + 2);
    let aux = at + image.u32(at + 8);
    for (let index = 0; index < count; index++) {
      if (++seen > mostRecords) throw malformed("the list of required versions does not end");
      const version = dynamic.string(image.u32(aux + 8));
      names.spend(version.length);
      found.push({
        library,
        version,
        isWeak: (u16(image, aux + 4) & weak) !== 0,
        index: u16(image, aux + 6) & 0x7fff,
      });
      const next = image.u32(aux + 12);
      if (next === 0) break;
      aux += next;
    }
    const next: number = image.u32(at + 12);
    if (++seen > mostRecords) throw malformed("the list of required versions does not end");
    at = next === 0 ? undefined : at + next;
  }
  return found;
}

/** DT_VERDEF. @throws TENON_BINARY_MALFORMED */
export function readVersionDefinitions(image: Image, dynamic: Dynamic): VersionDefinition[] {
  const start = dynamic.get(dynamicTags.versionDefinitions);
  const found: VersionDefinition[] = [];
  const names = new Allowance("the names of defined versions", namesTimes * image.bytes.length);
  for (let at = start; at !== undefined; ) {
    if (found.length > mostRecords) throw malformed("the list of defined versions does not end");
    const aux = at + image.u32(at + 12);
    const version = dynamic.string(image.u32(aux));
    names.spend(version.length);
    found.push({ version, index: u16(image, at + 4) & 0x7fff });
    const next: number = image.u32(at + 16);
    at = next === 0 ? undefined : at + next;
  }
  return found;
}

function u16(image: Image, address: number): number {
  return image.reader.u16(image.offsetOf(address, 2));
}
