import { gzipSync } from "node:zlib";

/** An entry, with everything that a hostile archive may say about it. */
export interface TarEntry {
  readonly name: string | Buffer;
  readonly content?: string | Uint8Array;
  readonly type?: string;
  readonly mode?: number;
  readonly link?: string;
  readonly prefix?: string;
  readonly magic?: string;
  /** What the header says about the size. Default: the size of the content. */
  readonly size?: number;
  /** The text of the field of the size. */
  readonly sizeField?: Buffer;
  readonly checksum?: number;
  /** Fills the last block of the content. */
  readonly padding?: number;
}

const block = 512;

/** Makes a tar file. @param end how many blocks of zeros are at its end */
export function makeTar(entries: readonly TarEntry[], end = 2): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(end * block)]);
}

export function makeTgz(entries: readonly TarEntry[]): Buffer {
  return gzipSync(makeTar(entries));
}

/** The records of a pax header. */
export function records(fields: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(fields).map(([key, value]) => {
      const rest = Buffer.from(` ${key}=${value}\n`);
      let length = rest.length;
      while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
      return Buffer.concat([Buffer.from(String(length)), rest]);
    }),
  );
}

function blocksOf(entry: TarEntry): Buffer[] {
  const content = Buffer.from(entry.content ?? "");
  const padded = Buffer.alloc(Math.ceil(content.length / block) * block, entry.padding ?? 0);
  content.copy(padded);
  return [headerOf(entry, content.length), padded];
}

function headerOf(entry: TarEntry, length: number): Buffer {
  const header = Buffer.alloc(block);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  Buffer.from(entry.name as string).copy(header, 0, 0, 100);
  header.write(octal(entry.mode ?? 0o644, 7), 100, "latin1");
  header.write(octal(0, 7), 108, "latin1");
  header.write(octal(0, 7), 116, "latin1");
  header.write(octal(entry.size ?? length, 11), 124, "latin1");
  entry.sizeField?.copy(header, 124);
  header.write(octal(0, 11), 136, "latin1");
  header.write(entry.type ?? "0", 156, "latin1");
  header.write(entry.link ?? "", 157, "utf8");
  header.write(entry.magic ?? "ustar\x0000", 257, "latin1");
  header.write(entry.prefix ?? "", 345, "utf8");
  sealHeader(header, entry.checksum);
  return header;
}

/** Writes the checksum of a header block, as it should be or another one. */
export function sealHeader(header: Buffer, checksum?: number): void {
  header.fill(32, 148, 156);
  const sum = checksum ?? header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}
