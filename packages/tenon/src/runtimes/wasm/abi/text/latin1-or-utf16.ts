import type { TextCodec } from "./codec.js";
import { utf16 } from "./utf16.js";

/** Set in the length of a string that is UTF-16. */
const tag = 0x8000_0000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of Latin-1 is meant, as bytes.
const latin1 = /^[\u0000-\u00FF]*$/;

/** Latin-1 if all characters are in it, otherwise UTF-16. */
export const latin1OrUtf16: TextCodec = {
  read(memory, pointer, length, subject) {
    if (length >= tag) return utf16.read(memory, pointer, length - tag, subject);
    memory.takeText(pointer, 2, length);
    return memory.u8.toString("latin1", pointer, pointer + length);
  },
  write(memory, text) {
    if (!latin1.test(text)) {
      const pointer = utf16.write(memory, text);
      memory.length += tag;
      return pointer;
    }
    const pointer = memory.allocate(2, text.length);
    memory.u8.write(text, pointer, text.length, "latin1");
    memory.length = text.length;
    return pointer;
  },
};
