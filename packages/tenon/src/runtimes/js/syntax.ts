import type { Script } from "../../runtime/script.js";
import { SourcePositions } from "./source-positions.js";
import { textOf } from "./text.js";

/** How the engine tells of an error that only it found (the bundler checks no regular expressions): place, code, caret. */
const report = /^.*:(?<line>\d+)\n(?<code>.*)\n(?<indent>\s*)\^/;

/** What is wrong with a script that the engine does not compile, at the place in the plugin's own file. */
export function describeSyntaxError(script: Script, thrown: unknown): string {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  const { line, code = "", indent = "" } = report.exec(stack ?? "")?.groups ?? {};
  if (line === undefined) return `${script.entry}: ${textOf(thrown)}`;
  const place = new SourcePositions(script).original(Number(line), indent.length + 1) ?? script.entry;
  return `${place}: ${(thrown as Error).message}\n  ${code.trim()}\n  ${" ".repeat(Math.max(0, indent.length - (code.length - code.trimStart().length)))}^`;
}
