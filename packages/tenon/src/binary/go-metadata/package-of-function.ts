function isSpecial(byte: number): boolean {
  return byte <= 0x20 || byte >= 0x7f || byte === 0x22 || byte === 0x25;
}

/**
 * Escapes an import path as in the names of functions: control characters, space, `%`, `"`, non-ASCII bytes and the dots
 * of the last element become `%xx`: "gopkg.in/yaml%2ev3". Source: cmd/internal/objabi, PathToPrefix.
 */
export function importPathToPrefix(importPath: string): string {
  const bytes = Buffer.from(importPath);
  const last = bytes.lastIndexOf(slash) + 1;
  let prefix = "";
  for (const [index, byte] of bytes.entries()) {
    const isEscaped = isSpecial(byte) || (byte === point && index >= last);
    prefix += isEscaped ? `%${byte.toString(16).padStart(2, "0")}` : String.fromCharCode(byte);
  }
  return prefix;
}

/** The inverse of {@link importPathToPrefix}. Keeps anything that is not an escape. */
export function prefixToImportPath(prefix: string): string {
  if (!prefix.includes("%")) return prefix;
  const latin = Buffer.from(prefix)
    .toString("latin1")
    .replace(/%([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return Buffer.from(latin, "latin1").toString();
}

/**
 * Returns how many bytes of a function's name are its package: up to the first dot after the last slash, ignoring slashes
 * inside the brackets of type arguments. 0 for names without a package: C functions, and functions that the linker makes
 * (`type:.eq.T`, `go:itab…`).
 *
 * @param names Contains the name at `start`, which ends with a NUL byte or at `end`.
 * @returns The length, and how many bytes were read to find it.
 */
export function packageLength(names: Uint8Array, start: number, end: number): { length: number; read: number } {
  let dot = -1;
  let hasSlash = false;
  let at = start;
  if (madeByLinker.every((byte, index) => names[start + index] === byte))
    return { length: 0, read: madeByLinker.length };
  for (; at < end; at++) {
    const byte = names[at];
    if (byte === slash) {
      dot = -1;
      hasSlash = true;
    } else if (byte === point) {
      if (dot < 0) dot = at;
    } else if (byte === colon && dot < 0 && !hasSlash) return { length: 0, read: at - start };
    else if (byte === 0 || byte === bracket) break;
  }
  return { length: dot < 0 ? 0 : dot - start, read: at - start };
}

/** "type..eq.T", up to Go 1.19; later "type:.eq.T". */
const madeByLinker = [...Buffer.from("type..")];
const slash = 0x2f;
const point = 0x2e;
const colon = 0x3a;
const bracket = 0x5b;
