import { abiViolation } from "../../../../errors/factories/wasm-call.js";
import type { GuestMemory } from "../state/guest-memory.js";
import type { TextCodec } from "./codec.js";

// Up to these lengths a loop in JavaScript is faster than a call of the engine's own code (measured, Node 20).
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
    // Invalid bytes are read as U+FFFD, but the guest may have written U+FFFD itself.
    return text.includes("\uFFFD") ? readStrictly(memory, pointer, length, subject) : text;
  },
  write(memory, text) {
    const { length } = text;
    const isShort = length <= shortWrite;
    // Some allocators (componentize-py's) cannot resize an allocation: the size must be known first.
    const size = isShort && isAscii(text) ? length : Buffer.byteLength(text);
    const pointer = memory.allocate(1, size);
    memory.length = size;
    if (size !== length) memory.u8.write(text, pointer, size, "utf8");
    else if (isShort) writeShort(memory.u8, pointer, text);
    else memory.u8.write(text, pointer, size, "latin1");
    return pointer;
  },
};

/** Returns the text if all bytes are ASCII, otherwise `undefined`. */
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
    throw abiViolation(subject, `the string of ${length} bytes at ${pointer} is not valid UTF-8`);
  }
}
