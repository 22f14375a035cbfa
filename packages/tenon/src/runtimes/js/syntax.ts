import { textOf } from "../../errors/index.js";
import type { Script } from "../../runtime/script.js";
import { SourcePositions } from "./source-positions.js";

/** How V8 reports an error that the bundler did not find, such as in a regular expression: position, code, caret. */
const report = /^.*:(?<line>\d+)\n(?<code>.*)\n(?<indent>\s*)\^/;

/** Describes why V8 does not compile a script, with the position in the plugin's own file. */
export function describeSyntaxError(script: Script, thrown: unknown): string {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  const { line, code = "", indent = "" } = report.exec(stack ?? "")?.groups ?? {};
  if (line === undefined) return `${script.entry}: ${textOf(thrown)}`;
  const position = new SourcePositions(script).original(Number(line), indent.length + 1) ?? script.entry;
  return `${position}: ${(thrown as Error).message}\n  ${code.trim()}\n  ${" ".repeat(Math.max(0, indent.length - (code.length - code.trimStart().length)))}^`;
}
