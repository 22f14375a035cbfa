import { expect, test } from "vitest";
import { isTenonError } from "../errors/index.js";
import { splitWords } from "./words.js";

test.each<[string, readonly string[]]>([
  ["node server.js --stdio", ["node", "server.js", "--stdio"]],
  ["  a\tb\n c ", ["a", "b", "c"]],
  ["'a b' \"c d\" e\\ f", ["a b", "c d", "e f"]],
  [`a'b'"c"d`, ["abcd"]],
  [`'' ""`, ["", ""]],
  [`'$HOME' "\\$HOME \\"x\\" \\n \\\\"`, ["$HOME", '$HOME "x" \\n \\']],
  ['a\\\nb "c\\\nd"', ["ab", "cd"]],
  ["--name=a#b a{b}! x~y", ["--name=a#b", "a{b}!", "x~y"]],
  ["\\$x \\* \\;", ["$x", "*", ";"]],
  ["grüße 日本", ["grüße", "日本"]],
  ["", []],
])("%j is split into words", (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

test.each<[string, RegExp]>([
  ["echo 'a", /character 6: the single quote is not closed/],
  ['echo "a\\"', /character 6: the double quote is not closed/],
  ["echo a\\", /character 7: a backslash with nothing after it/],
  ["echo $HOME", /character 6: \$ means something to a shell/],
  ['echo "$HOME"', /character 7: \$ is not expanded/],
  ["echo `id`", /` means something/],
  ["a; b", /; means something/],
  ["a | b", /\| means something/],
  ["a > b", /> means something/],
  ["a && b", /& means something/],
  ["ls *.js", /\* means something/],
  ["ls ~/x", /~ means something/],
  ["a #b", /# means something/],
  ["(a)", /\( means something/],
  ["a\0b", /NUL/],
])("%j is refused", (line, message) => {
  let thrown: unknown;
  try {
    splitWords(line);
  } catch (error) {
    thrown = error;
  }
  expect(isTenonError(thrown, "TENON_COMMAND_LINE")).toBe(true);
  expect((thrown as Error).message).toMatch(message);
});
