import { writeJson } from "../../contract/json/index.js";
import { Unencodable } from "./writer.js";

/**
 * Returns a value as JSON text.
 *
 * @param value what `isJson` accepted.
 */
export function jsonText(value: unknown): string {
  const text = writeJson(value);
  // It may have changed since it was checked.
  if (text === undefined) throw new Unencodable("JSON value without lone surrogates");
  return text;
}
