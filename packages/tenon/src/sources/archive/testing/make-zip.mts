import { crc32, deflateRawSync } from "node:zlib";

/** An entry, with everything in which a hostile archive's two descriptions of it may differ. */
export interface ZipFields {
  readonly name: string | Buffer;
  readonly flags: number;
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
  readonly extra: Buffer;
}

export interface ZipOptions {
  readonly name: string | Buffer;
  readonly content?: string | Uint8Array;
  readonly method?: 0 | 8;
  /** The type and permissions. Without, the entry is from a system that has none. */
  readonly mode?: number;
  readonly local?: Partial<ZipFields>;
  readonly central?: Partial<ZipFields & { readonly offset: number }>;
  /** What stands between the header and the next entry in place of the compressed content. */
  readonly data?: Uint8Array;
  /** Writes the sizes after the content. */
  readonly descriptor?: "signed" | "plain";
  /** Bytes after the entry. */
  readonly gap?: Uint8Array;
}

export interface ZipEnd {
  readonly comment?: Buffer;
  readonly before?: Buffer;
  readonly after?: Buffer;
  readonly count?: number;
  readonly disk?: number;
  readonly start?: number;
}

/** Makes a zip file. */
export function makeZip(entries: readonly ZipOptions[], end: ZipEnd = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const push = (...more: readonly Buffer[]) => {
    for (const each of more) {
      parts.push(each);
      at += each.length;
    }
  };
  for (const entry of entries) {
    const offset = at;
    const { fields, data } = describe(entry);
    const local: ZipFields = { ...fields, ...entry.local };
    const later = entry.descriptor !== undefined;
    push(localHeader(later ? { ...local, checksum: 0, packed: 0, size: 0, ...entry.local } : local), data);
    if (later) push(descriptorOf(fields, entry.descriptor === "signed"));
    if (entry.gap !== undefined) push(Buffer.from(entry.gap));
    directory.push(centralHeader({ ...fields, offset, ...entry.central }, entry.mode));
  }
  push(end.before ?? Buffer.alloc(0));
  const start = at;
  push(...directory);
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(end.disk ?? 0, 4);
  record.writeUInt16LE(end.count ?? entries.length, 8);
  record.writeUInt16LE(end.count ?? entries.length, 10);
  record.writeUInt32LE(at - start, 12);
  record.writeUInt32LE(end.start ?? start, 16);
  record.writeUInt16LE(end.comment?.length ?? 0, 20);
  return Buffer.concat([...parts, record, end.comment ?? Buffer.alloc(0), end.after ?? Buffer.alloc(0)]);
}

function describe(entry: ZipOptions): { fields: ZipFields; data: Buffer } {
  const content = Buffer.from(entry.content ?? "");
  const method = entry.method ?? (content.length > 0 ? 8 : 0);
  const data = Buffer.from(entry.data ?? (method === 8 ? deflateRawSync(content) : content));
  const fields = {
    name: entry.name,
    flags: entry.descriptor === undefined ? 0x800 : 0x808,
    method,
    checksum: crc32(content),
    packed: data.length,
    size: content.length,
    extra: Buffer.alloc(0),
  };
  return { fields, data };
}

function localHeader({ name, flags, method, checksum, packed, size, extra }: ZipFields): Buffer {
  const text = Buffer.from(name as string);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(method, 8);
  header.writeUInt32LE(checksum, 14);
  header.writeUInt32LE(packed, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(text.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, text, extra]);
}

function centralHeader(fields: ZipFields & { readonly offset: number }, mode: number | undefined): Buffer {
  const text = Buffer.from(fields.name as string);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(mode === undefined ? 20 : (3 << 8) | 20, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(fields.flags, 8);
  header.writeUInt16LE(fields.method, 10);
  header.writeUInt32LE(fields.checksum, 16);
  header.writeUInt32LE(fields.packed, 20);
  header.writeUInt32LE(fields.size, 24);
  header.writeUInt16LE(text.length, 28);
  header.writeUInt16LE(fields.extra.length, 30);
  header.writeUInt32LE(((mode ?? 0) << 16) >>> 0, 38);
  header.writeUInt32LE(fields.offset, 42);
  return Buffer.concat([header, text, fields.extra]);
}

function descriptorOf({ checksum, packed, size }: ZipFields, signed: boolean): Buffer {
  const numbers = [...(signed ? [0x08074b50] : []), checksum, packed, size];
  const buffer = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) buffer.writeUInt32LE(number, index * 4);
  return buffer;
}
