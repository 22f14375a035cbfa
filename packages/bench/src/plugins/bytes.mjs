export { peakMemory as peak } from "../raw/peak-memory.mjs";

/** @param {Uint8Array} bytes */
export const echo = (bytes) => bytes;

/** @param {Uint8Array} bytes given up by the caller, and by this plugin */
export function pass(bytes) {
  return bytes;
}
