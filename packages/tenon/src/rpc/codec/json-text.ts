import { Unencodable } from "./writer.js";

/** Half of a surrogate pair as `JSON.stringify` writes it: only it writes `\\u` in small letters. */
const loneSurrogate = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/**
 * Returns a value as JSON text.
 *
 * @param value what `isJson` accepted.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  // It may have changed since it was checked.
  if (text === undefined) throw new Unencodable("JSON value");
  if (loneSurrogate.test(text)) throw new Unencodable("JSON value without lone surrogates");
  return text;
}
