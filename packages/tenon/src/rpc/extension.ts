import type { Metadata } from "../runtime/index.js";
import { entryProblem, mostEntries, mostMetadataBytes } from "../runtime/metadata.js";
import { type Reader, Unreadable, type Writer } from "./codec/index.js";

/** What a call carries beside its parameters. A call without it has none of these bytes. */
export interface Extension {
  readonly metadata: Metadata | undefined;
  /** The number of the receiver's call that made this one. */
  readonly maker: number | undefined;
}

const hasMetadata = 1;
const hasMaker = 2;

/** The most bytes that an extension has: its parts, the metadata, and the lengths of its keys and values. */
export const extensionBytes = 16 + mostMetadataBytes + mostEntries * 4;

export function writeExtension(writer: Writer, { metadata, maker }: Extension): void {
  writer.byte((metadata === undefined ? 0 : hasMetadata) | (maker === undefined ? 0 : hasMaker));
  if (metadata !== undefined) {
    const entries = Object.entries(metadata);
    writer.varint(entries.length);
    for (const [key, value] of entries) {
      writer.text(key);
      writer.text(value);
    }
  }
  if (maker !== undefined) writer.varint(maker);
}

/** @throws Unreadable */
export function readExtension(reader: Reader): Extension {
  const parts = reader.byte();
  if (parts === 0 || parts > (hasMetadata | hasMaker)) throw new Unreadable("a call has an extension of unknown parts");
  const metadata = (parts & hasMetadata) === 0 ? undefined : readEntries(reader);
  return { metadata, maker: (parts & hasMaker) === 0 ? undefined : reader.varint() };
}

function readEntries(reader: Reader): Metadata {
  const count = reader.varint();
  if (count > mostEntries) throw new Unreadable(`the metadata of a call has ${count} entries`);
  const end = reader.position + extensionBytes;
  const metadata: Record<string, string> = {};
  let bytes = 0;
  for (let at = 0; at < count; at++) {
    const start = reader.position;
    const key = boundedText(reader, end);
    const value = boundedText(reader, end);
    const problem = entryProblem(key, value) ?? (Object.hasOwn(metadata, key) ? "a key is there twice" : undefined);
    if (problem !== undefined) throw new Unreadable(`the metadata of a call is not valid: ${problem}`);
    bytes += reader.position - start - 2;
    metadata[key] = value;
  }
  if (bytes > mostMetadataBytes + 2 * mostEntries) throw new Unreadable("the metadata of a call is too large");
  return Object.freeze(metadata);
}

/** Reads text, whose length is compared with what metadata may have before it is decoded. */
function boundedText(reader: Reader, end: number): string {
  const before = reader.end;
  reader.end = Math.min(before, end);
  try {
    return reader.text();
  } finally {
    reader.end = before;
  }
}
