/**
 * Beyond its limit, what a plugin's process may occupy: Node itself, the youngest objects, and buffers that are no longer
 * used but not collected, or not given back to the system yet.
 */
export const allowance = 128 * 2 ** 20;
/** What compiling code takes, as a multiple of its size. */
const compiledSize = 16;

/** Most bytes that the processes of a plugin may occupy. @param code bytes of what is compiled there. */
export function mostOccupied(memory: number, code: number): number {
  return memory + allowance + compiledSize * code;
}
