/** A module with one global: 1 + 1. */
const sum = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 6, 9, 1, 0x7f, 0, 0x41, 1, 0x41, 1, 0x6a, 0x0b);

/** A WebAssembly proposal that the engine does not support by default, and what turns it on. */
export interface MissingProposal {
  readonly proposal: string;
  /** The first version of Node that supports it. */
  readonly node: number;
  readonly flag: string;
}

/**
 * Returns the proposal that a module needs, if the engine's message does not name it itself. Node 20 supports sums in
 * constant expressions only behind a flag. Position-independent code needs them, for example components of componentize-py.
 *
 * @param message the engine's message.
 */
export function missingProposal(message: string): MissingProposal | undefined {
  if (!message.includes("is not allowed in constant expressions") || WebAssembly.validate(sum)) return undefined;
  return { proposal: "extended-const", node: 22, flag: "--experimental-wasm-extended-const" };
}
