import { crc32 } from "node:zlib";
import { archiveInvalid, archiveTooLarge, archiveUnsafe } from "../../errors/factories/archive.js";
import type { Collected } from "./content.js";
import { inflate } from "./inflate.js";
import type { ArchiveLimits } from "./limits.js";
import { readDirectory, type ZipEntry } from "./zip-directory.js";
import { expectLocalEntry } from "./zip-local.js";

const fileTypes = { mask: 0o170000, file: 0o100000, folder: 0o040000, link: 0o120000 };
/** Bytes of the target of a link. */
const longestLink = 4096;

/**
 * Reads a zip file. The directory at its end and the header of each entry must say the same, the entries must follow each other
 * without gaps from the first byte to the directory, and nothing may follow it but its comment: so no two readers see
 * different files. Encryption, zip64 and compression other than deflate are refused.
 *
 * Source: PKWARE, .ZIP File Format Specification 6.3.10.
 *
 * @param most how many bytes all files may have together.
 * @throws TENON_ARCHIVE_INVALID, TENON_ARCHIVE_UNSAFE, TENON_ARCHIVE_LIMIT
 */
export async function readZip(
  archive: string,
  bytes: Uint8Array,
  limits: ArchiveLimits,
  most: number,
  collected: Collected,
): Promise<void> {
  const { entries, start } = readDirectory(archive, bytes, limits.entries);
  const sorted = [...entries].sort((one, other) => one.offset - other.offset);
  let at = 0;
  let total = 0;
  for (const entry of sorted) {
    if (entry.offset !== at)
      throw archiveInvalid(
        archive,
        `the entry ${JSON.stringify(entry.name)} begins at ${entry.offset}, expected ${at}`,
      );
    const local = expectLocalEntry(archive, bytes, entry, start);
    total += entry.size;
    if (total > most) throw archiveTooLarge(archive, "what it contains", most, "bytes");
    const content = await contentOf(archive, entry, bytes.subarray(local.start, local.start + entry.packed));
    add(archive, entry, content, collected);
    at = local.end;
  }
  if (at !== start)
    throw archiveInvalid(archive, `there are ${start - at} bytes between its entries and its directory`);
}

async function contentOf(archive: string, entry: ZipEntry, packed: Uint8Array): Promise<Uint8Array> {
  const shown = `the entry ${JSON.stringify(entry.name)}`;
  let content = packed;
  if (entry.method === 8) {
    const { content: inflated, used } = await inflate(packed, entry.size, (cause) => {
      if (cause === "too large")
        throw archiveInvalid(archive, `${shown} has more than the ${entry.size} bytes that it declares`);
      throw archiveInvalid(archive, `${shown} is damaged: ${cause.message}`, cause);
    });
    if (used !== packed.length) throw archiveInvalid(archive, `${shown} has bytes after its content`);
    content = inflated;
  }
  if (content.length !== entry.size)
    throw archiveInvalid(archive, `${shown} declares ${entry.size} bytes and has ${content.length}`);
  if (crc32(content) !== entry.checksum) throw archiveInvalid(archive, `the checksum of ${shown} is wrong`);
  return content;
}

function add(archive: string, { name, mode, size }: ZipEntry, content: Uint8Array, collected: Collected): void {
  const isFolder = name.endsWith("/");
  // Systems without modes leave them out.
  const type = mode === undefined ? 0 : mode & fileTypes.mask;
  if (isFolder) {
    if (size > 0) throw archiveInvalid(archive, `the folder ${JSON.stringify(name)} has content`);
    if (type !== 0 && type !== fileTypes.folder)
      throw archiveUnsafe(archive, name, "is a folder by its name and none by its mode");
    collected.addFolder(name);
  } else if (type === fileTypes.link) {
    if (size > longestLink) throw archiveUnsafe(archive, name, "is a link with a long target");
    collected.addLink(name, Buffer.from(content).toString("utf8"), true);
  } else if (type === 0 || type === fileTypes.file) collected.addFile(name, content, mode ?? 0);
  else if (type === fileTypes.folder)
    throw archiveUnsafe(archive, name, "is a file by its name and a folder by its mode");
  else throw archiveUnsafe(archive, name, "is a device, pipe or socket");
}
