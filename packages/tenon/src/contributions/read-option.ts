/** Reads milliseconds. @throws if the text is no number of them */
export function milliseconds(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new RangeError("Expected milliseconds, such as 5000; 0 for no limit.");
  return Number(text);
}
