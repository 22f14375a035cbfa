import { crc32 } from "node:zlib";
import { archiveInvalid, archiveTooLarge } from "../../errors/factories/archive.js";
import { inflate } from "./inflate.js";

const headerBytes = 10;
const trailerBytes = 8;
const flags = { text: 1, checksum: 2, extra: 4, name: 8, comment: 16 };

/**
 * Returns the content of a gzip file with one member. Several members, which some readers join and others ignore, and anything
 * after the member are refused.
 *
 * Source: RFC 1952.
 *
 * @param most how many bytes the content may have.
 * @throws TENON_ARCHIVE_INVALID, TENON_ARCHIVE_LIMIT
 */
export async function gunzip(archive: string, bytes: Uint8Array, most: number): Promise<Uint8Array> {
  const start = headerLength(archive, bytes);
  const { content, used } = await inflate(bytes.subarray(start), most, (cause) => {
    if (cause === "too large") throw archiveTooLarge(archive, "what it contains", most, "bytes");
    throw archiveInvalid(archive, `its compressed data is damaged: ${cause.message}`, cause);
  });
  const end = start + used;
  if (bytes.length < end + trailerBytes) throw archiveInvalid(archive, "it is cut short");
  if (bytes.length > end + trailerBytes)
    throw archiveInvalid(
      archive,
      `there are ${bytes.length - end - trailerBytes} bytes after its end, at ${end + trailerBytes}`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset + end, trailerBytes);
  if (view.getUint32(0, true) !== crc32(content)) throw archiveInvalid(archive, "its checksum is wrong");
  if (view.getUint32(4, true) !== content.length % 2 ** 32) throw archiveInvalid(archive, "its length is wrong");
  return content;
}

function headerLength(archive: string, bytes: Uint8Array): number {
  if (bytes.length < headerBytes + trailerBytes) throw archiveInvalid(archive, "it is cut short");
  if (bytes[2] !== 8) throw archiveInvalid(archive, `compression method ${bytes[2]} does not exist`);
  const flag = bytes[3] as number;
  if (flag >= 32) throw archiveInvalid(archive, "its header has unknown flags");
  let at = headerBytes;
  const expectInside = () => {
    if (at > bytes.length) throw archiveInvalid(archive, "it is cut short");
  };
  if (flag & flags.extra) {
    at += 2;
    expectInside();
    at += (bytes[at - 2] as number) | ((bytes[at - 1] as number) << 8);
  }
  for (const field of [flags.name, flags.comment]) {
    if (!(flag & field)) continue;
    const end = bytes.indexOf(0, at);
    if (end === -1) throw archiveInvalid(archive, "it is cut short");
    at = end + 1;
  }
  if (flag & flags.checksum) {
    at += 2;
    expectInside();
    const found = (bytes[at - 2] as number) | ((bytes[at - 1] as number) << 8);
    if (found !== (crc32(bytes.subarray(0, at - 2)) & 0xffff))
      throw archiveInvalid(archive, "the checksum of its header is wrong");
  }
  expectInside();
  return at;
}
