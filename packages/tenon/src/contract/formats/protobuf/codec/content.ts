import type { MessageReader } from "./reader.js";
import type { MessageWriter } from "./writer.js";

/** Writes and reads what is in a message, without its tag and length. */
export interface ContentCodec {
  readonly write: (writer: MessageWriter, value: any) => void;
  /**
   * Reads up to the reader's end, or to the end of a group.
   *
   * @param previous what the same field held before in the same message: a second one is merged into it.
   * @param group the field's number, if it is a group; otherwise 0.
   */
  readonly read: (reader: MessageReader, previous: unknown, group: number) => unknown;
  /** Returns the path of a required field that has no value. Absent if nothing in the message is required. */
  readonly missing?: ((value: any) => string | undefined) | undefined;
}

/** Writes a message with its length. */
export function writePrefixed(writer: MessageWriter, content: ContentCodec, value: unknown): void {
  const start = writer.open();
  content.write(writer, value);
  writer.close(start);
}

/** Reads a message after its length. */
export function readPrefixed(reader: MessageReader, content: ContentCodec, previous: unknown): unknown {
  const end = reader.length();
  const outer = reader.end;
  reader.end = end;
  const value = content.read(reader, previous, 0);
  reader.end = outer;
  return value;
}
