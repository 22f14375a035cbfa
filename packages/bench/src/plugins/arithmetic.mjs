let noted = 0;
/**
 * @param {number} a
 * @param {number} b
 */
export function add(a, b) {
  return (a + b) | 0;
}
/** @param {string} text */
export function upper(text) {
  return text.toUpperCase();
}
/** @param {number} value */
export function note(value) {
  noted = (noted + value) | 0;
}
export const seen = () => noted;
