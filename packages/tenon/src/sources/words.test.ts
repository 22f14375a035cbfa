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
  ["echo 'a", /single quote is not closed, opened at character 6/],
  ['echo "a\\"', /double quote is not closed, opened at character 6/],
  ["echo a\\", /backslash with nothing after it at character 7/],
  ["echo $HOME", /\$ has a meaning for shells.* at character 6/],
  ['echo "$HOME"', /\$ is not expanded.* at character 7/],
  ["echo `id`", /` has a meaning/],
  ["a; b", /; has a meaning/],
  ["a | b", /\| has a meaning/],
  ["a > b", /> has a meaning/],
  ["a && b", /& has a meaning/],
  ["ls *.js", /\* has a meaning/],
  ["ls ~/x", /~ has a meaning/],
  ["a #b", /# has a meaning/],
  ["(a)", /\( has a meaning/],
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
