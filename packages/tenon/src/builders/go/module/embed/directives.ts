/** One pattern of a `//go:embed` line. */
export interface EmbedPattern {
  readonly path: string;
  /** Counts from 1. */
  readonly line: number;
  /** Counts from 1, in bytes like the compiler's. */
  readonly column: number;
  /** Without its quotes: `all:pages/*.html`. */
  readonly text: string;
}

const skipped = /"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`|'(?:[^'\\\n]|\\[^\n])[^'\n]{0,10}'|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
const word = /"((?:[^"\\]|\\.)*)"|`([^`]*)`|(\S+)/g;

/**
 * Returns the patterns of a file's `//go:embed` lines, in order. The compiler reports lines in the wrong place.
 *
 * Source: package embed, "Directives"; go/build only reads lines with nothing before the comment.
 */
export function readEmbedPatterns(path: string, source: string): readonly EmbedPattern[] {
  const found: EmbedPattern[] = [];
  for (const { 0: comment, index } of source.matchAll(skipped)) {
    if (!/^\/\/go:embed[ \t]/.test(comment)) continue;
    const begin = source.lastIndexOf("\n", index) + 1;
    const before = source.slice(begin, index);
    if (before.trim() !== "") continue;
    const line = source.slice(0, begin).split("\n").length;
    const prefix = "//go:embed".length;
    for (const { 0: written, 1: quoted, 2: raw, index: at } of comment.slice(prefix).matchAll(word)) {
      const column = Buffer.byteLength(before + comment.slice(0, prefix + at)) + 1;
      found.push({ path, line, column, text: quoted === undefined ? (raw ?? written) : unescaped(quoted) });
    }
  }
  return found;
}

/** Replaces the escapes of Go that can be in the name of a file. */
function unescaped(text: string): string {
  return text.replace(/\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|(.))/g, (_, unicode, byte, other) =>
    other === undefined ? String.fromCharCode(Number.parseInt(unicode ?? byte, 16)) : other,
  );
}
