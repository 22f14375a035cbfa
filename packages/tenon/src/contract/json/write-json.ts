/** Half of a surrogate pair as `JSON.stringify` writes it: only it writes `\\u` in small letters. */
const loneSurrogate = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/**
 * Returns a JSON value as text.
 *
 * @param value what `isJson` accepted.
 * @returns `undefined` if there is no text for it: half of a surrogate pair, or a value that has changed since.
 */
export function writeJson(value: unknown): string | undefined {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined || loneSurrogate.test(text) ? undefined : text;
}
