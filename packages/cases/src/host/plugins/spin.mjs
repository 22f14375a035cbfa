export function spin() {
  for (;;);
}
export const add = (/** @type {number} */ a, /** @type {number} */ b) => a + b;
