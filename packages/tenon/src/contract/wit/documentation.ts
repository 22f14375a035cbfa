/** Doc comments: `///` line by line, or one block that begins with `/**`. */

/** The text of one line of docs: `/// text`. */
export function lineDocs(comment: string): string {
  return comment.slice(3).replace(/^ /, "").replace(/\r+$/, "");
}

/** The text of a block of docs, without its marks and the stars that lead its lines. */
export function blockDocs(comment: string): string {
  const lines = comment
    .slice(3, -2)
    .split("\n")
    .map((line, index) => (index === 0 ? line.replace(/^ /, "") : line.replace(/^\s*\*? ?/, "")).trimEnd());
  while (lines.length > 1 && lines[0] === "") lines.shift();
  while (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return lines.join("\n");
}

/** Docs as the lines that the printer writes. */
export function docsLines(docs: string): string[] {
  return docs.split(/\r*\n/).map((line) => (line === "" ? "///" : `/// ${line}`));
}
