import { Unreadable } from "./codec/index.js";

/** The value of a JSON text from the other side; nothing for no text. @throws Unreadable */
export function readJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable("JSON text cannot be read");
  }
}
