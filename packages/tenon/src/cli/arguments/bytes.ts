import type { ValuePosition } from "../../contract/formats/value-json/value-position.js";
import { readInput } from "../options/read-input.js";

/** Parses bytes: `base64:…` or `hex:…`. Accepts no other form. */
export function bytesOfText(text: string, position: ValuePosition): Uint8Array {
  const [, form, digits = ""] = /^(base64|hex):(.*)$/s.exec(text) ?? [];
  if (form === "hex") {
    if (!/^(?:[0-9a-f]{2})*$/i.test(digits))
      throw position.problem("expected pairs of the digits 0 to 9 and a to f after hex:");
    return new Uint8Array(Buffer.from(digits, "hex"));
  }
  if (form === "base64") {
    if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(digits))
      throw position.problem("expected letters, digits, + and / after base64:");
    return new Uint8Array(Buffer.from(digits, "base64"));
  }
  throw position.problem(
    `expected bytes as base64:…, hex:… or @FILE, got the string ${JSON.stringify(text.slice(0, 40))}`,
    `To pass the bytes of this text, write base64:${Buffer.from(text.slice(0, 300)).toString("base64")}`,
  );
}

/** Reads a file. */
export async function bytesOfFile(path: string, position: ValuePosition): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readInput(path));
  } catch (cause) {
    throw position.problem(
      `cannot read the file ${path}: ${(cause as Error).message}`,
      "Check the path after @.",
      cause,
    );
  }
}
