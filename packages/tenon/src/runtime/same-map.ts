const brief = /"mappings":"","shift":(\d+)\}$/;

/**
 * Makes the source map of a script whose code is the text of a file, every line and column of it, with something in front and one more
 * line at the end. It is brief: few scripts ever need theirs.
 *
 * @param source the file as a URL.
 * @param shift by how many columns the first line is shifted to the right.
 */
export function sameMap(source: string, shift: number): string {
  return JSON.stringify({ version: 3, sources: [source], names: [], mappings: "", shift });
}

/** Returns a source map with its mappings: those of a brief one follow from the code. */
export function fullMap(map: string, code: string): string {
  const shift = brief.exec(map)?.[1];
  return shift === undefined ? map : map.replace(brief, () => `"mappings":"${mappings(code, Number(shift))}"}`);
}

/** Maps each character to the one at its place in the file. */
function mappings(code: string, shift: number): string {
  let before = { line: 0, column: 0 };
  return code
    .trimEnd()
    .split(/\r\n|\r|\n/)
    .slice(0, -1)
    .map((text, line) => {
      const begin = line === 0 ? shift : 0;
      if (text.length === begin) return "";
      const first = [begin, 0, line - before.line, -before.column].map(encoded).join("");
      before = { line, column: text.length - begin - 1 };
      return first + ",CAAC".repeat(before.column);
    })
    .join(";");
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** As source maps write a number. */
function encoded(number: number): string {
  let rest = number < 0 ? -2 * number + 1 : 2 * number;
  let text = "";
  do {
    text += digits[(rest % 32) + (rest >= 32 ? 32 : 0)];
    rest = Math.floor(rest / 32);
  } while (rest > 0);
  return text;
}
