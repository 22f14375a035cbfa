import type { Fix } from "../../errors/index.js";

/** A module with one global: 1 + 1. */
const sum = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 6, 9, 1, 0x7f, 0, 0x41, 1, 0x41, 1, 0x6a, 0x0b);

/** The proposal of WebAssembly for want of which the engine refuses a module, where its own words do not name it. */
export interface MissingProposal {
  readonly name: string;
  readonly fix: Fix;
}

/**
 * Node 20 knows sums in constant expressions only behind a switch; position-independent code needs them, as in
 * components of componentize-py. For its other switches the engine says itself which they are.
 *
 * @param message what the engine said.
 */
export function missingProposal(message: string): MissingProposal | undefined {
  if (!message.includes("is not allowed in constant expressions") || WebAssembly.validate(sum)) return undefined;
  const text = "Use Node 22 or newer, or start this one with --experimental-wasm-extended-const.";
  return { name: "extended-const", fix: { text } };
}
