import type { Source } from "./source.js";

const simple: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", '"': '"', "'": "'", "\\": "\\" };

/**
 * Reads the string literal at an offset: a `name` of WebAssembly's text format, with its escapes (`\n`, `\7f`, `\u{2603}`).
 *
 * Source: webassembly.github.io/spec/core/text/values.html#text-name.
 */
export function readString(source: Source, start: number): { readonly value: string; readonly length: number } {
  const { text } = source;
  const bytes: Uint8Array[] = [];
  const encoder = new TextEncoder();
  let offset = start + 1;
  for (;;) {
    const character = text[offset];
    if (character === undefined || character === "\n") {
      throw source.syntaxError(start, 'a string that ends with " on the same line', "an unterminated string");
    }
    if (character === '"') break;
    if (character !== "\\") {
      const plain = /[^"\\\n]+/y;
      plain.lastIndex = offset;
      const run = plain.exec(text)?.[0] ?? character;
      bytes.push(encoder.encode(run));
      offset += run.length;
      continue;
    }
    const sequence = /\\(?:([tnr"'\\])|u\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))/y;
    sequence.lastIndex = offset;
    const found = sequence.exec(text);
    const scalar = found?.[2] === undefined ? 0 : Number.parseInt(found[2], 16);
    if (found === null || scalar > 0x10ffff || (scalar >= 0xd800 && scalar <= 0xdfff)) {
      throw source.syntaxError(
        offset,
        "an escape such as \\n, \\7f or \\u{2603}",
        `"${text.slice(offset, offset + 2)}"`,
      );
    }
    if (found[3] !== undefined) bytes.push(Uint8Array.of(Number.parseInt(found[3], 16)));
    else bytes.push(encoder.encode(found[2] === undefined ? simple[found[1]!] : String.fromCodePoint(scalar)));
    offset += found[0].length;
  }
  try {
    const value = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(bytes));
    return { value, length: offset + 1 - start };
  } catch {
    throw source.syntaxError(start, "a string in UTF-8", "bytes that are not UTF-8");
  }
}

/** Prints a string literal that reads back as the value. */
export function printString(value: string): string {
  const escaped = value.replace(/["\\]|[^\P{C}]/gu, (character) =>
    character === '"' || character === "\\" ? `\\${character}` : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return `"${escaped}"`;
}
