/**
 * The layout of the kernel's memory: cells, then blocks one after the other. A block has a head of 16 bytes and its data. The
 * address of the data is what plugins call an offset. The data of a free block start with the address of the next free one.
 */
export const cells = {
  /** Where the next new block begins. */
  top: 8,
  input: 12,
  inputLength: 16,
  output: 20,
  outputLength: 24,
  error: 28,
  /** The first free block of each size class: 16, 32, 64 bytes, and so on up to the largest class. */
  free: 32,
  /** The first free block above the largest class. */
  freeLarge: 84,
} as const;

export const firstBlock = 96;
export const headSize = 16;

/** Fields of a head: how many bytes before the data. */
export const head = { state: 16, capacity: 12, length: 8 } as const;

/** The states of a block: in use, and free. The values are arbitrary; a plugin that forges one only harms itself. */
export const live = 0x6c697665;
export const freed = 0x66726565;

/** Sizes up to here are rounded up to powers of two; larger ones to multiples of it. Also the size of a page. */
export const largestClass = 65536;
export const smallestClassBits = 4;
