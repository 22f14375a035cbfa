import { archiveInvalid } from "../../errors/factories/archive.js";
import { expectExtra, viewOf, type ZipEntry } from "./zip-directory.js";

const localSignature = 0x04034b50;
const localLength = 30;
const descriptorSignature = 0x08074b50;
/** The flag of entries whose sizes stand after their content. */
const sizesFollow = 0b1000;

/**
 * Checks that an entry's own header says what the directory says.
 *
 * @param most where the directory begins.
 * @returns where its content begins, and where the entry ends.
 * @throws TENON_ARCHIVE_INVALID
 */
export function expectLocalEntry(archive: string, bytes: Uint8Array, entry: ZipEntry, most: number) {
  const view = viewOf(bytes);
  const { offset, nameBytes, flags } = entry;
  const shown = `the entry ${JSON.stringify(entry.name)}`;
  if (offset + localLength > most || view.getUint32(offset, true) !== localSignature)
    throw archiveInvalid(archive, `${shown} is not where the directory says, at ${offset}`);
  const short = (at: number) => view.getUint16(offset + at, true);
  const long = (at: number) => view.getUint32(offset + at, true);
  const [nameLength, extraLength] = [short(26), short(28)];
  const nameEnd = offset + localLength + nameLength;
  const start = nameEnd + extraLength;
  let end = start + entry.packed;
  if (end > most) throw archiveInvalid(archive, `${shown} is cut short`);
  const differs = (what: string) =>
    archiveInvalid(archive, `the ${what} of ${shown} differs from that in the directory`);
  if (!Buffer.from(bytes.subarray(offset + localLength, nameEnd)).equals(nameBytes)) throw differs("name");
  if (short(6) !== flags) throw differs("flags field");
  if (short(8) !== entry.method) throw differs("compression method");
  expectExtra(archive, bytes.subarray(nameEnd, start), shown);
  const sizes = [long(14), long(18), long(22)] as const;
  const expected = [entry.checksum, entry.packed, entry.size] as const;
  const isZero = sizes.every((value) => value === 0);
  if (!(isZero && (flags & sizesFollow) !== 0) && sizes.some((value, index) => value !== expected[index]))
    throw differs("checksum or size");
  if ((flags & sizesFollow) !== 0) {
    // The signature was added later, and not all write it.
    const signed = end + 16 <= most && view.getUint32(end, true) === descriptorSignature;
    const at = signed ? end + 4 : end;
    if (at + 12 > most) throw archiveInvalid(archive, `${shown} is cut short`);
    if (expected.some((value, index) => view.getUint32(at + 4 * index, true) !== value))
      throw differs("checksum or size");
    end = at + 12;
  }
  return { start, end };
}
