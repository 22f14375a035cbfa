/** @param {Uint8Array} bytes */
export const echo = (bytes) => bytes;
export const pass = echo;
export { peakMemory as peak } from "../raw/peak-memory.mjs";
