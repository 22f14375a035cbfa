import { archiveInvalid, archiveKindUnknown, archiveTooLarge } from "../../errors/factories/archive.js";
import { type ArchiveContent, Collected } from "./content.js";
import { gunzip } from "./gzip.js";
import { type ArchiveLimits, archiveLimits, mostUnpacked } from "./limits.js";
import { readTar } from "./tar.js";
import { readZip } from "./zip.js";

/** Bytes that a tar file has beside its files: headers, padding, extended headers. */
const overhead = 3 * 512 + 2 * 1024;
const startBytes = 4;

/**
 * Reads a gzipped tar file or a zip file, whatever its name is. Writes nothing. Refuses what other readers could understand
 * differently, what would leave the folder that it is unpacked to, and what is larger than a plugin may be.
 *
 * @param archive for messages.
 * @throws TENON_ARCHIVE_INVALID, TENON_ARCHIVE_UNSAFE, TENON_ARCHIVE_LIMIT
 */
export async function readArchive(
  archive: string,
  bytes: Uint8Array,
  limits: ArchiveLimits = archiveLimits,
): Promise<ArchiveContent> {
  if (bytes.length > limits.archive)
    throw archiveTooLarge(archive, "the archive", limits.archive, "bytes", bytes.length);
  const most = mostUnpacked(bytes.length, limits);
  const collected = new Collected(archive, limits, most);
  const start = Buffer.from(bytes.subarray(0, startBytes)).toString("hex");
  if (start.startsWith("1f8b")) {
    const whole = most + limits.entries * overhead;
    readTar(
      archive,
      await gunzip(archive, bytes, Math.min(whole, limits.bytes + limits.entries * overhead)),
      collected,
    );
  } else if (start === "504b0304" || start === "504b0506") await readZip(archive, bytes, limits, most, collected);
  else throw archiveKindUnknown(archive, start);
  const content = collected.finish();
  if (content.files.length === 0) throw archiveInvalid(archive, "it contains no files");
  return content;
}
