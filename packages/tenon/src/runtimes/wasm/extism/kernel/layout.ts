/**
 * The kernel's memory: cells, then blocks one after the other. A block is a head of 16 bytes and its data; the data's
 * address is what plugins call an offset. A free block holds in its first bytes the address of the next one.
 */
export const cells = {
  /** Where the next new block begins. */
  top: 8,
  input: 12,
  inputLength: 16,
  output: 20,
  outputLength: 24,
  error: 28,
  /** First free block of each size class: 16, 32, 64 bytes, and so on to the largest class. */
  free: 32,
  /** First free block above the largest class. */
  freeLarge: 84,
} as const;

export const firstBlock = 96;
export const headSize = 16;

/** Fields of a head, before the data's address. */
export const head = { state: 16, capacity: 12, length: 8 } as const;

/** What the state says of a block in use, and of none. Any other would do: a plugin that forges one harms itself. */
export const live = 0x6c697665;
export const freed = 0x66726565;

/** Sizes up to here are rounded up to powers of two; larger ones to multiples of it. Also the size of a page. */
export const largestClass = 65536;
export const smallestClassBits = 4;
