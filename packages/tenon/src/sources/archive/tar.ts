import { archiveInvalid, archiveUnsafe } from "../../errors/factories/archive.js";
import type { Collected } from "./content.js";
import { textOfName } from "./paths.js";
import { type Extension, readRecords } from "./tar-extensions.js";
import { type Header, readHeader } from "./tar-header.js";

const block = 512;
/** Bytes of a long name, or of all records of one extended header. */
const longest = 64 * 1024;

/**
 * Reads a tar file: the formats v7, ustar, GNU and pax, as far as a plugin needs them. Everything in the file must be
 * understood: sizes and names that are there twice and differ, sparse files, volumes and unknown kinds of entries are refused.
 *
 * Source: POSIX.1-2024, pax, "EXTENDED DESCRIPTION"; GNU tar manual, "Basic Tar Format".
 *
 * @throws TENON_ARCHIVE_INVALID, TENON_ARCHIVE_UNSAFE, TENON_ARCHIVE_LIMIT
 */
export function readTar(archive: string, bytes: Uint8Array, collected: Collected): void {
  let at = 0;
  /** What the entries before say about the next one. */
  let extension: Extension = {};
  for (;;) {
    if (at + block > bytes.length) throw archiveInvalid(archive, "it is cut short: its end is missing");
    const header = readHeader(archive, bytes.subarray(at, at + block), at);
    if (header === undefined) break;
    const start = at + block;
    const end = start + header.size;
    if (end > bytes.length)
      throw archiveInvalid(
        archive,
        `it is cut short: the entry at ${at} has ${header.size} bytes, ${bytes.length - start} are left`,
      );
    const content = bytes.subarray(start, end);
    const next = start + Math.ceil(header.size / block) * block;
    if (bytes.subarray(end, next).some((byte) => byte !== 0))
      throw archiveInvalid(archive, `there are bytes after the content of the entry at ${at}`);
    const more = extensionOf(archive, header, content, at, extension);
    if (more === undefined) {
      addEntry(archive, header, content, extension, collected);
      extension = {};
    } else extension = more;
    at = next;
  }
  if (Object.keys(extension).length > 0) throw archiveInvalid(archive, "it is cut short: a long name has no entry");
  expectEnd(archive, bytes, at);
}

/** Two blocks of zeros end the file. Nothing but zeros may follow. */
function expectEnd(archive: string, bytes: Uint8Array, at: number): void {
  if (bytes.length < at + 2 * block) throw archiveInvalid(archive, "it is cut short: its end is missing");
  if (bytes.subarray(at).some((byte) => byte !== 0))
    throw archiveInvalid(archive, `there are bytes after its end, at ${at}`);
  if (bytes.length % block !== 0) throw archiveInvalid(archive, "its length is not one of whole blocks");
}

/** Returns what an entry says about the next one, or `undefined` if it is a file, a folder or something that is refused. */
function extensionOf(
  archive: string,
  { type, size }: Header,
  content: Uint8Array,
  at: number,
  known: Extension,
): Extension | undefined {
  if (!["x", "g", "L", "K"].includes(type)) return undefined;
  if (size > longest) throw archiveInvalid(archive, `the extended header at ${at} has ${size} bytes`);
  let found: Extension;
  if (type === "L" || type === "K") {
    const end = content.indexOf(0);
    if (content.subarray(end === -1 ? content.length : end).some((byte) => byte !== 0))
      throw archiveInvalid(archive, `the long name at ${at} has a NUL character in it`);
    const text = textOfName(archive, content.subarray(0, end === -1 ? content.length : end));
    found = type === "L" ? { path: text } : { linkpath: text };
  } else found = readRecords(archive, content, type === "g", at);
  for (const field of Object.keys(found) as (keyof Extension)[])
    if (known[field] !== undefined) throw archiveInvalid(archive, `the entry after ${at} has two fields "${field}"`);
  // A global header that says nothing about entries, such as git's, is no reason to remember anything.
  return { ...known, ...found };
}

function addEntry(
  archive: string,
  header: Header,
  content: Uint8Array,
  extension: Extension,
  collected: Collected,
): void {
  const path = extension.path ?? header.path;
  const link = extension.linkpath ?? header.linkpath;
  if (extension.size !== undefined && extension.size !== header.size)
    throw archiveInvalid(
      archive,
      `the entry ${JSON.stringify(path)} has two sizes, ${header.size} and ${extension.size}`,
    );
  const isFile = header.type === "0" || header.type === "7";
  if (!isFile && content.length > 0)
    throw archiveInvalid(archive, `the entry ${JSON.stringify(path)} is no file and has content`);
  // Old writers have no type for folders.
  if (header.type === "5" || (isFile && path.endsWith("/") && content.length === 0)) collected.addFolder(path);
  else if (isFile) collected.addFile(path, content, header.mode);
  else if (header.type === "1" || header.type === "2") collected.addLink(path, link, header.type === "2");
  else
    throw archiveUnsafe(
      archive,
      path,
      `is ${kinds[header.type] ?? `of the unknown kind ${JSON.stringify(header.type)}`}`,
    );
}

const kinds: Readonly<Record<string, string>> = {
  "3": "a device",
  "4": "a device",
  "6": "a named pipe",
  D: "a list of files of an incremental archive",
  M: "a part of a file of another archive",
  N: "a list of names in an old form",
  S: "a sparse file",
  V: "a label",
  A: "an access control list",
  X: "an extended header in an old form",
};
