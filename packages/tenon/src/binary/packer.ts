import { isTenonError } from "../errors/index.js";
import { isElf, readElfHeader } from "./elf/index.js";
import { machOShape } from "./mach-o/index.js";
import { isPe, readPe } from "./pe/index.js";

/** The program that packed a file. */
export interface Packer {
  readonly name: "UPX" | "MPRESS" | "ASPack" | "Petite" | "VMProtect" | "Themida";
}

/** Section names that identify packers for Windows. */
const sections: Readonly<Record<string, Packer["name"]>> = {
  UPX0: "UPX",
  UPX1: "UPX",
  ".MPRESS1": "MPRESS",
  ".MPRESS2": "MPRESS",
  ".aspack": "ASPack",
  ".adata": "ASPack",
  ".petite": "Petite",
  ".vmp0": "VMProtect",
  ".vmp1": "VMProtect",
  ".themida": "Themida",
};

const upx = new Uint8Array([0x55, 0x50, 0x58, 0x21]);
/** UPX puts its mark directly after the headers. */
const headBytes = 4096;
/** Its second mark begins the 32 bytes that end the file, up to some padding. */
const tailBytes = 512;

/**
 * Returns the packer of a program whose real code is compressed; `undefined` if it is not packed. The mark alone is no
 * proof, because a program may contain it as data: it must be where UPX puts it.
 *
 * @param bytes The whole file.
 */
export function packer(bytes: Uint8Array): Packer | undefined {
  if (isPe(bytes)) return pePacker(bytes);
  if (isElf(bytes)) return hasUpxMarks(bytes, elfHeadersEnd(bytes)) ? { name: "UPX" } : undefined;
  if (machOShape(bytes) !== undefined) return hasUpxMarks(bytes, headBytes) ? { name: "UPX" } : undefined;
  return undefined;
}

function pePacker(bytes: Uint8Array): Packer | undefined {
  try {
    for (const { name } of readPe(bytes).sections) {
      const packed = sections[name];
      if (packed !== undefined) return { name: packed };
    }
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
  }
  return undefined;
}

/** Returns where UPX's mark would be: after the program headers, in a structure of 12 bytes. */
function elfHeadersEnd(bytes: Uint8Array): number {
  try {
    const { offset, entrySize, count } = readElfHeader(bytes).programHeaders;
    return Math.min(headBytes, offset + entrySize * count + 12);
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    return 0;
  }
}

function hasUpxMarks(bytes: Uint8Array, headEnd: number): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(headEnd, bytes.length));
  if (head.indexOf(upx) < 0) return false;
  const tail = bytes.subarray(Math.max(0, bytes.length - tailBytes));
  return Buffer.from(tail.buffer, tail.byteOffset, tail.length).indexOf(upx) >= 0;
}
