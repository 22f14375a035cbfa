import type { GuestMemory } from "../guest-memory.js";
import type { CanonicalOptions } from "../options.js";
import { latin1OrUtf16 } from "./latin1-or-utf16.js";
import { utf8 } from "./utf8.js";
import { utf16 } from "./utf16.js";

/** One of the encodings in which a component may keep its strings. */
export interface TextCodec {
  /**
   * The string of `length` units at `pointer`, as the guest gave them.
   *
   * @throws TENON_WASM_ABI when it is outside the memory, or is no text.
   */
  read(memory: GuestMemory, pointer: number, length: number, subject: string): string;
  /**
   * Writes a string to memory that the guest allocates, and returns where it is; `memory.length` are its units. Lone
   * surrogates become U+FFFD, since a string of the Component Model has none.
   */
  write(memory: GuestMemory, text: string): number;
}

export const textCodecs: Readonly<Record<CanonicalOptions["stringEncoding"], TextCodec>> = {
  utf8,
  utf16,
  "latin1+utf16": latin1OrUtf16,
};
