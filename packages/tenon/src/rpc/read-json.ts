import { Unreadable } from "./codec/index.js";

/** Returns the value of a JSON text from the other side; `undefined` for an empty text. @throws Unreadable */
export function readJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable("a text is not valid JSON");
  }
}
