import type { GuestMemory } from "../state/guest-memory.js";

/** Reads and writes strings in one of the encodings that components may use. */
export interface TextCodec {
  /**
   * Reads the string of `length` units at `pointer`.
   *
   * @throws TENON_WASM_ABI if it is outside the memory, or not valid in this encoding.
   */
  read(memory: GuestMemory, pointer: number, length: number, subject: string): string;
  /**
   * Writes a string to memory that the guest allocates. Returns its address, and sets `memory.length` to its units. Lone
   * surrogates become U+FFFD, because strings of the component model have none.
   */
  write(memory: GuestMemory, text: string): number;
}
