import { archiveInvalid } from "../../errors/factories/archive.js";
import { textOfName } from "./paths.js";

/** What an extended header says about the next entry. */
export interface Extension {
  readonly path?: string;
  readonly linkpath?: string;
  readonly size?: number;
}

/** What says nothing about names and content. Everything from `SCHILY.` and `LIBARCHIVE.` are attributes of files. */
const harmless =
  /^(?:atime|mtime|ctime|uid|gid|uname|gname|comment|charset|SCHILY\..*|LIBARCHIVE\..*|APPLE\..*|MSWINDOWS\..*|RHT\..*)$/;

/**
 * Reads the records of a pax header: `LENGTH KEY=VALUE\n`.
 *
 * @param isGlobal whether it is for all entries that follow: then it may say nothing about names and sizes.
 * @throws TENON_ARCHIVE_INVALID
 */
export function readRecords(archive: string, bytes: Uint8Array, isGlobal: boolean, at: number): Extension {
  const refuse = (problem: string) => archiveInvalid(archive, `the extended header at ${at} ${problem}`);
  const found: { path?: string; linkpath?: string; size?: number } = {};
  const keys = new Set<string>();
  for (let start = 0; start < bytes.length; ) {
    const space = bytes.indexOf(32, start);
    const digits =
      space === -1 ? "" : Buffer.from(bytes.subarray(start, Math.min(space, start + 10))).toString("latin1");
    if (!/^[1-9][0-9]{0,8}$/.test(digits)) throw refuse("has a record without a length");
    const end = start + Number(digits);
    if (end > bytes.length || end <= space + 1 || bytes[end - 1] !== 10) throw refuse("has a record of a wrong length");
    const record = bytes.subarray(space + 1, end - 1);
    const equals = record.indexOf(61);
    if (equals < 1) throw refuse("has a record without a name");
    const key = textOfName(archive, record.subarray(0, equals));
    if (keys.has(key)) throw refuse(`has two records "${key}"`);
    keys.add(key);
    if (key === "path" || key === "linkpath" || key === "size") {
      if (isGlobal) throw refuse(`gives all entries the same ${key}`);
      const value = textOfName(archive, record.subarray(equals + 1));
      if (value === "" || value.includes("\0")) throw refuse(`has an invalid ${key}`);
      if (key !== "size") found[key] = value;
      else if (/^(?:0|[1-9][0-9]{0,14})$/.test(value)) found.size = Number(value);
      else throw refuse("has an invalid size");
    } else if (key === "hdrcharset") {
      if (textOfName(archive, record.subarray(equals + 1)) !== "ISO-IR 10646 2000 UTF-8")
        throw refuse("is for names that are not UTF-8");
    } else if (!harmless.test(key)) throw refuse(`has the record "${key}", which is not supported`);
    start = end;
  }
  return found;
}
