import { archiveInvalid } from "../../errors/factories/archive.js";
import { textOfName } from "./paths.js";

/** The fields of a header block that count. */
export interface Header {
  readonly path: string;
  readonly linkpath: string;
  readonly mode: number;
  readonly size: number;
  /** One character. */
  readonly type: string;
}

/**
 * Reads a header block.
 *
 * @param at the position in the file, for messages.
 * @returns `undefined` for a block of zeros: the end.
 * @throws TENON_ARCHIVE_INVALID
 */
export function readHeader(archive: string, block: Uint8Array, at: number): Header | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const number = (name: string, start: number, length: number) => {
    const value = octal(block.subarray(start, start + length));
    if (value === undefined)
      throw archiveInvalid(archive, `the field "${name}" of the entry at ${at} is no octal number`);
    return value;
  };
  if (number("chksum", 148, 8) !== sum(block))
    throw archiveInvalid(archive, `the checksum of the entry at ${at} is wrong`);
  const text = (start: number, length: number) => textOfName(archive, field(archive, block, start, length, at));
  const magic = Buffer.from(block.subarray(257, 265)).toString("latin1");
  // GNU's own format has other fields where ustar has a prefix.
  const isUstar = magic === "ustar\x0000";
  const isZero = (start: number, end: number) => block.subarray(start, end).every((byte) => byte === 0);
  // Without a magic, only the numbers of devices may follow.
  const isKnown = isUstar || magic === "ustar  \0" || (isZero(257, 329) && isZero(345, 512));
  if (!isKnown) throw archiveInvalid(archive, `the entry at ${at} has an unknown format`);
  const name = text(0, 100);
  const prefix = isUstar ? text(345, 155) : "";
  const type = block[156] === 0 ? "0" : String.fromCharCode(block[156] as number);
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    linkpath: text(157, 100),
    mode: number("mode", 100, 8),
    size: number("size", 124, 12),
    type,
  };
}

/** The bytes before the first NUL. Only NULs may follow: other readers could take what follows for a part of the name. */
function field(archive: string, block: Uint8Array, start: number, length: number, at: number): Uint8Array {
  const bytes = block.subarray(start, start + length);
  const end = bytes.indexOf(0);
  if (end === -1) return bytes;
  if (bytes.subarray(end).some((byte) => byte !== 0))
    throw archiveInvalid(archive, `a name of the entry at ${at} has a NUL character in it`);
  return bytes.subarray(0, end);
}

/** Reads digits between spaces and NULs. Numbers in base 256, for files of more than 8 GiB, are none. */
function octal(bytes: Uint8Array): number | undefined {
  const text = Buffer.from(bytes).toString("latin1");
  const digits = /^ *([0-7]*)[ \0]*$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits || "0", 8);
}

/** The sum of all bytes, with spaces in place of the checksum itself. */
function sum(block: Uint8Array): number {
  let total = 8 * 32;
  for (let index = 0; index < block.length; index++) if (index < 148 || index >= 156) total += block[index] as number;
  return total;
}
