import { readGoFile } from "../doctor/go-file.js";
import { readTokens, type Token } from "../doctor/go-tokens.js";

/** What a Go file declares, as far as a build and its messages need it. */
export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  readonly source: string;
  readonly packageName: string | undefined;
  readonly imports: readonly string[];
  /** Lines, from 1 on, of what is declared at the top level: `Greeter`, `main`, and methods as `Greeter.Greet`. */
  readonly declared: ReadonlyMap<string, number>;
}

/** Reads a Go file. What it does not understand it passes over: the compiler complains about that. */
export function readSourceFile(path: string, source: string): SourceFile {
  const { packageName, importPaths } = readGoFile(path, source);
  return {
    path,
    source,
    packageName,
    imports: [...new Set(importPaths)],
    declared: declarations(readTokens(source).tokens),
  };
}

function declarations(tokens: readonly Token[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let depth = 0;
  let group: string | undefined;
  for (const [index, { kind, text, line }] of tokens.entries()) {
    if (kind === "sign") {
      if ("([{".includes(text)) depth++;
      else if (")]}".includes(text) && --depth === 0) group = undefined;
      continue;
    }
    if (kind !== "word") continue;
    const next = tokens[index + 1];
    if (depth === 0 && text === "func") declareFunction(tokens, index, found);
    else if (depth === 0 && /^(?:type|var|const)$/.test(text)) {
      if (next?.text === "(") group = text;
      else if (next?.kind === "word") found.set(next.text, next.line);
    } else if (depth === 1 && group !== undefined && tokens[index - 1]?.line !== line) found.set(text, line);
  }
  return found;
}

function declareFunction(tokens: readonly Token[], at: number, found: Map<string, number>): void {
  const next = tokens[at + 1];
  if (next?.kind === "word") found.set(next.text, next.line);
  if (next?.text !== "(") return;
  // The receiver's type is its last word before the parameters of a generic type, if it has any.
  let receiver = "";
  let index = at + 2;
  for (let depth = 0; index < tokens.length; index++) {
    const { kind, text } = tokens[index] as Token;
    if (text === "[") depth++;
    else if (text === "]") depth--;
    else if (text === ")") break;
    else if (kind === "word" && depth === 0) receiver = text;
  }
  const name = tokens[index + 1];
  if (name?.kind === "word") found.set(`${receiver}.${name.text}`, name.line);
}
