import { abiViolation } from "../../../../errors/factories/wasm-call.js";
import type { TextCodec } from "./codec.js";

// With the flag `u`, the halves of a surrogate pair do not match.
const loneSurrogates = /\p{Surrogate}/gu;

/** Little-endian; the length counts code units. */
export const utf16: TextCodec = {
  read(memory, pointer, length, subject) {
    memory.takeText(pointer, 2, length * 2);
    const text = memory.u8.toString("utf16le", pointer, pointer + length * 2);
    if (text.search(loneSurrogates) !== -1)
      throw abiViolation(subject, `the string at ${pointer} is not valid UTF-16: it contains a lone surrogate`);
    return text;
  },
  write(memory, text) {
    const pointer = memory.allocate(2, text.length * 2);
    memory.u8.write(text.replace(loneSurrogates, "\uFFFD"), pointer, text.length * 2, "utf16le");
    memory.length = text.length;
    return pointer;
  },
};
