import type { ByteReader } from "../bytes/byte-reader.js";
import { type ProgramHeader, segmentTypes } from "./program-headers.js";

/** A note: `GNU` 3 is the build id, `Go` 4 the one of Go's linker. Source: gABI, "Note Section". */
export interface Note {
  readonly owner: string;
  readonly type: number;
  readonly description: Uint8Array;
}

const mostNotes = 1024;

/** Reads the notes that a loader can see (PT_NOTE). An incomplete note ends its list. */
export function readNotes(reader: ByteReader, headers: readonly ProgramHeader[]): Note[] {
  const notes: Note[] = [];
  for (const { type, offset, fileSize, align } of headers) {
    if (type !== segmentTypes.note) continue;
    const step = align === 8 ? 8 : 4;
    const end = Math.min(offset + fileSize, reader.length);
    for (let at = offset; at + 12 <= end && notes.length < mostNotes; ) {
      const nameSize = reader.u32(at);
      const size = reader.u32(at + 4);
      const name = at + 12;
      const description = at + roundUp(12 + nameSize, step);
      if (name + nameSize > end || description + size > end) break;
      notes.push({
        owner: reader.text(name, nameSize).replace(/\0+$/, ""),
        type: reader.u32(at + 8),
        description: reader.slice(description, size),
      });
      at = description + roundUp(size, step);
    }
  }
  return notes;
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
