/** A number as JSON writes it, at `lastIndex`. */
export const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

/**
 * Returns true for a whole number, written without a fraction or an exponent, that changes when it is read as a double. What
 * `JSON.stringify` writes does not: it may be another whole number than the double, but no other double is closer to it.
 */
export function inexactInteger(text: string): boolean {
  if (text.length < 16 || /[.eE]/.test(text)) return false;
  const value = Number(text);
  // More than 309 digits are infinite, so that the exact comparison stays short.
  return !Number.isFinite(value) || (String(value) !== text && BigInt(value) !== BigInt(text));
}
