/** One pattern of a `//go:embed` line. */
export interface EmbedPattern {
  readonly path: string;
  /** From 1 on. */
  readonly line: number;
  /** From 1 on, in bytes as the compiler counts. */
  readonly column: number;
  /** Without its quotes: `all:pages/*.html`. */
  readonly text: string;
}

const skipped = /"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`|'(?:[^'\\\n]|\\[^\n])[^'\n]{0,10}'|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
const word = /"((?:[^"\\]|\\.)*)"|`([^`]*)`|(\S+)/g;

/**
 * The patterns of a file's `//go:embed` lines, in the file's order. The compiler says what is wrong with their places.
 *
 * Source: package embed, "Directives"; go/build reads only lines on which nothing stands before the comment.
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

/** Of Go's escapes, those that can stand in the name of a file. */
function unescaped(text: string): string {
  return text.replace(/\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|(.))/g, (_, unicode, byte, other) =>
    other === undefined ? String.fromCharCode(Number.parseInt(unicode ?? byte, 16)) : other,
  );
}
