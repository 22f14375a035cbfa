import type { GuestMemory } from "../guest-memory.js";
import { abiError } from "../trap.js";
import type { TextCodec } from "./codec.js";

// Up to these lengths a loop in JavaScript beats the way to the engine's own code (measured, Node 20).
const shortWrite = 24;
const shortRead = 16;

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8: TextCodec = {
  read(memory, pointer, length, subject) {
    memory.takeText(pointer, 1, length);
    if (length <= shortRead) {
      const text = readShort(memory.u8, pointer, length);
      if (text !== undefined) return text;
    }
    const text = memory.u8.toString("utf8", pointer, pointer + length);
    // Bytes that are no UTF-8 come out as U+FFFD, which may as well be what the guest has written.
    return text.includes("\uFFFD") ? readStrictly(memory, pointer, length, subject) : text;
  },
  write(memory, text) {
    const { length } = text;
    const isShort = length <= shortWrite;
    // Some allocators (componentize-py's) cannot enlarge what they gave: the size must be known before.
    const size = isShort && isAscii(text) ? length : Buffer.byteLength(text);
    const pointer = memory.allocate(1, size);
    memory.length = size;
    if (size !== length) memory.u8.write(text, pointer, size, "utf8");
    else if (isShort) writeShort(memory.u8, pointer, text);
    else memory.u8.write(text, pointer, size, "latin1");
    return pointer;
  },
};

/** The text of bytes that are all ASCII; `undefined` when one is not. */
function readShort(u8: Uint8Array, pointer: number, length: number): string | undefined {
  let text = "";
  let index = pointer;
  const end = pointer + length;
  for (; index + 3 < end; index += 4) {
    const a = u8[index]!;
    const b = u8[index + 1]!;
    const c = u8[index + 2]!;
    const d = u8[index + 3]!;
    if ((a | b | c | d) > 127) return undefined;
    text += String.fromCharCode(a, b, c, d);
  }
  for (; index < end; index++) {
    const a = u8[index]!;
    if (a > 127) return undefined;
    text += String.fromCharCode(a);
  }
  return text;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 127) return false;
  return true;
}

/** Writes text that is all ASCII. */
function writeShort(u8: Uint8Array, pointer: number, text: string): void {
  for (let index = 0; index < text.length; index++) u8[pointer + index] = text.charCodeAt(index);
}

function readStrictly(memory: GuestMemory, pointer: number, length: number, subject: string): string {
  try {
    return strict.decode(memory.u8.subarray(pointer, pointer + length));
  } catch {
    throw abiError(subject, `the ${length} bytes of a string at ${pointer} are no UTF-8`);
  }
}
