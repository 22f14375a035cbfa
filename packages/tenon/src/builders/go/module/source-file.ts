import { readGoFile } from "../doctor/go-file.js";
import { readTokens, type Token } from "../doctor/go-tokens.js";
import { type EmbedPattern, readEmbedPatterns } from "./embed/directives.js";

/** What a Go file declares, as far as a build and its error messages need it. */
export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  readonly source: string;
  readonly packageName: string | undefined;
  readonly imports: readonly string[];
  /** The lines of top-level declarations, counting from 1: `Greeter`, `main`, and methods as `Greeter.Greet`. */
  readonly declared: ReadonlyMap<string, number>;
  /** Methods whose first parameter is a `context.Context`, as `Greeter.Greet`. */
  readonly takesContext: ReadonlySet<string>;
  /** The patterns of its `//go:embed` lines. */
  readonly embeds: readonly EmbedPattern[];
}

/** Reads a Go file. It skips what it does not understand: the compiler will report that. */
export function readSourceFile(path: string, source: string): SourceFile {
  const { packageName, importPaths } = readGoFile(path, source);
  const { declared, takesContext } = declarations(readTokens(source).tokens);
  return {
    path,
    source,
    packageName,
    imports: [...new Set(importPaths)],
    declared,
    takesContext,
    // Without the import, the compiler rejects the lines.
    embeds: importPaths.includes("embed") ? readEmbedPatterns(path, source) : [],
  };
}

function declarations(tokens: readonly Token[]): Pick<SourceFile, "declared" | "takesContext"> {
  const found = new Map<string, number>();
  const takesContext = new Set<string>();
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
    if (depth === 0 && text === "func") declareFunction(tokens, index, found, takesContext);
    else if (depth === 0 && /^(?:type|var|const)$/.test(text)) {
      if (next?.text === "(") group = text;
      else if (next?.kind === "word") found.set(next.text, next.line);
    } else if (depth === 1 && group !== undefined && tokens[index - 1]?.line !== line) found.set(text, line);
  }
  return { declared: found, takesContext };
}

function declareFunction(
  tokens: readonly Token[],
  at: number,
  found: Map<string, number>,
  takesContext: Set<string>,
): void {
  const next = tokens[at + 1];
  if (next?.kind === "word") found.set(next.text, next.line);
  if (next?.text !== "(") return;
  // The receiver's type is its last word, before the parameters of a generic type.
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
  if (name?.kind !== "word") return;
  found.set(`${receiver}.${name.text}`, name.line);
  const first = tokens.slice(index + 2, index + 7).map(({ text }) => text);
  if (/^\( (?:\w+ )?context \. Context\b/.test(first.join(" "))) takesContext.add(`${receiver}.${name.text}`);
}
