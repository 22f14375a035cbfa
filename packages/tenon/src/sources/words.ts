import { commandLineInvalid } from "../errors/factories/source.js";

/** What a shell would do something with, and Tenon does not: nothing is expanded, and no other program is started. */
const special = /[$`*?[\]{}~#!;&|<>()]/;

/**
 * Splits a command line into words as a POSIX shell does: by white space, with single quotes, double quotes and backslashes.
 * Nothing is expanded. What a shell would expand or obey must be quoted, so that nobody takes a line for what it is not.
 *
 * Source: POSIX.1-2024, Shell Command Language, 2.2 Quoting and 2.3 Token Recognition.
 *
 * @param given for messages.
 * @throws TENON_COMMAND_LINE
 */
export function splitWords(line: string, given: string = line): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (character === "\0") throw commandLineInvalid(given, "a NUL character", at);
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === "'") {
      const end = line.indexOf("'", at + 1);
      if (end === -1) throw commandLineInvalid(given, "the single quote is not closed", at);
      word = (word ?? "") + line.slice(at + 1, end);
      at = end;
    } else if (character === '"') {
      const { text, end } = doubleQuoted(line, at, given);
      word = (word ?? "") + text;
      at = end;
    } else if (character === "\\") {
      if (at + 1 === line.length) throw commandLineInvalid(given, "a backslash with nothing after it", at);
      at++;
      // A line continues after a backslash at its end.
      if (line[at] !== "\n") word = (word ?? "") + line[at];
    } else if (isSpecial(character, word)) {
      throw commandLineInvalid(
        given,
        `${character} means something to a shell, and no shell reads this line; quote it`,
        at,
      );
    } else word = (word ?? "") + character;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** `~` and `#` mean something at the beginning of a word only; `!`, `{` and `}` are ordinary inside one. */
function isSpecial(character: string, word: string | undefined): boolean {
  if (!special.test(character)) return false;
  return word === undefined || !/[~#!{}]/.test(character);
}

function doubleQuoted(line: string, start: number, given: string): { text: string; end: number } {
  let text = "";
  for (let at = start + 1; at < line.length; at++) {
    const character = line[at] as string;
    if (character === '"') return { text, end: at };
    if (character === "$" || character === "`") {
      const problem = `${character} is not expanded; use single quotes or a backslash`;
      throw commandLineInvalid(given, problem, at);
    }
    if (character === "\0") throw commandLineInvalid(given, "a NUL character", at);
    if (character !== "\\") {
      text += character;
      continue;
    }
    const next = line[++at];
    if (next === undefined) break;
    // Inside double quotes, a backslash is itself before all other characters.
    if (next === "\n") continue;
    text += '$`"\\'.includes(next) ? next : `\\${next}`;
  }
  throw commandLineInvalid(given, "the double quote is not closed", start);
}
