import { readFile } from "node:fs/promises";
import type { Place } from "./place.js";

/** Whether a text names bytes: `base64:…` or `hex:…`. Nothing else is guessed to be. */
export function bytesOfText(text: string, place: Place): Uint8Array {
  const [, form, digits = ""] = /^(base64|hex):(.*)$/s.exec(text) ?? [];
  if (form === "hex") {
    if (!/^(?:[0-9a-f]{2})*$/i.test(digits))
      throw place.problem("after hex: expected pairs of the digits 0 to 9 and a to f");
    return new Uint8Array(Buffer.from(digits, "hex"));
  }
  if (form === "base64") {
    if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(digits))
      throw place.problem("after base64: expected the letters, digits, + and / of base64");
    return new Uint8Array(Buffer.from(digits, "base64"));
  }
  throw place.problem(
    `expected bytes, as base64:…, hex:… or @FILE, got the text ${JSON.stringify(text.slice(0, 40))}`,
    `For the bytes of this very text write base64:${Buffer.from(text.slice(0, 300)).toString("base64")}`,
  );
}

/** What a file holds. */
export async function bytesOfFile(path: string, place: Place): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw place.problem(
      `the file ${path} cannot be read: ${(cause as Error).message}`,
      "Correct the path after @.",
      cause,
    );
  }
}
