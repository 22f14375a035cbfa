/** Doc comments: `///` line by line, or one block that begins with `/**`. */

/** Returns the text of one line of docs: `/// text`. */
export function lineDocs(comment: string): string {
  return comment.slice(3).replace(/^ /, "").replace(/\r+$/, "");
}

/** Returns the text of a block of docs, without the comment marks and the stars at the start of its lines. */
export function blockDocs(comment: string): string {
  const lines = comment
    .slice(3, -2)
    .split("\n")
    .map((line, index) => (index === 0 ? line.replace(/^ /, "") : line.replace(/^\s*\*? ?/, "")).trimEnd());
  while (lines.length > 1 && lines[0] === "") lines.shift();
  while (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return lines.join("\n");
}

/** Returns docs as the lines that the printer writes. */
export function docsLines(docs: string): string[] {
  return docs.split(/\r*\n/).map((line) => (line === "" ? "///" : `/// ${line}`));
}
