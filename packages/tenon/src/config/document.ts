import type { Document, Node, Pair, YAMLMap } from "yaml";
import {
  type ConfigProblem,
  configAliasRecursive,
  configAliasUnknown,
  configKey,
  configKeyTwice,
  configNumber,
  configSecondDocument,
  configSyntax,
  configTag,
  configTooDeep,
  configTooLarge,
} from "../errors/factories/config.js";
import { ownImport } from "../runtime/own-package.js";

/** Where something is in a file: from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a value of a document is, and what is in it. */
export interface Located {
  readonly key: Position;
  readonly value: Position;
  readonly inner: Map<string | number, Located>;
}

/** A file that was read. */
export interface ConfigDocument {
  /** JSON values only. */
  readonly value: unknown;
  readonly located: Located;
  /** What is wrong beside the syntax, such as a key that occurs twice. */
  readonly problems: readonly ConfigProblem[];
}

const mostTokens = 40_000;
const mostParts = 100_000;
export const mostLevels = 64;
const start: Position = { line: 1, column: 1 };

/** The file is not what it should be, and reading cannot go on. */
export class Unreadable extends Error {
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(problems[0]?.message);
  }
}

/**
 * Reads a YAML or JSON document without trusting it: how many tokens it has, how deep it is and what its aliases expand to is
 * bounded, a key may occur once, and tags are refused.
 *
 * @throws {@link Unreadable} for a document whose syntax is wrong, or that is too large
 */
export async function readDocument(text: string, isJson: boolean): Promise<ConfigDocument> {
  const { Composer, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, Parser } = await ownImport(
    "yaml",
    () => import("yaml"),
  );
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return line < 1 ? start : { line, column: col };
  };
  const refuse = (problem: ConfigProblem): never => {
    throw new Unreadable([problem]);
  };
  // How long the parser takes may grow faster than the number of errors that it finds, so the tokens are counted first.
  let tokens = 0;
  for (const _ of new Lexer().lex(text)) if (++tokens > mostTokens) refuse(configTooLarge(start, "parts"));
  if (isJson) expectJson(text);
  const options = { uniqueKeys: false, prettyErrors: false, logLevel: "silent", version: "1.2" } as const;
  const documents: Document.Parsed[] = [];
  for (const document of new Composer(options).compose(new Parser(lines.addNewLine).parse(text))) {
    documents.push(document as Document.Parsed);
    if (documents.length > 1) break;
  }
  const [document, second] = documents;
  const errors = document?.errors ?? [];
  if (errors.length > 0)
    throw new Unreadable(errors.slice(0, 100).map(({ pos, message }) => configSyntax(at(pos[0]), message)));
  if (second !== undefined) refuse(configSecondDocument(at(second.range[0])));

  const problems: ConfigProblem[] = [];
  const anchors = new Map<string, Node>();
  const open = new Set<Node>();
  let parts = 0;
  const read = (node: Node | null, key: Position, used: Position | undefined, level: number): [unknown, Located] => {
    const value = used ?? (node?.range === undefined || node.range === null ? key : at(node.range[0]));
    const located: Located = { key, value, inner: new Map() };
    if (++parts > mostParts) refuse(configTooLarge(value, "aliases"));
    if (level > mostLevels) refuse(configTooDeep(value, mostLevels));
    if (node === null) return [null, located];
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined || open.has(target)) {
        const problem = target === undefined ? configAliasUnknown : configAliasRecursive;
        problems.push(problem(value, node.source));
        return [null, located];
      }
      return read(target, key, value, level + 1);
    }
    if (node.tag !== undefined) problems.push(configTag(value, node.tag));
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) anchors.set(anchor, node);
    if (isScalar(node)) {
      const { value: scalar } = node;
      if (typeof scalar === "number" && !Number.isFinite(scalar)) problems.push(configNumber(value));
      return [scalar, located];
    }
    open.add(node);
    let result: unknown = null;
    if (isSeq(node)) {
      result = node.items.map((item, index) => {
        const [element, where] = read(item as Node, value, used, level + 1);
        located.inner.set(index, where);
        return element;
      });
    } else if (isMap(node)) {
      const entries: [string, unknown][] = [];
      for (const { key: name, value: inner } of (node as YAMLMap).items as Pair<Node, Node | null>[]) {
        const keyAt = used ?? (name?.range ? at(name.range[0]) : value);
        const text = isScalar(name) && name.value !== null ? String(name.value) : undefined;
        if (text === undefined || text === "__proto__" || name.tag !== undefined) {
          problems.push(configKey(keyAt, text));
          continue;
        }
        const [element, where] = read(inner, keyAt, used, level + 1);
        const earlier = located.inner.get(text);
        if (earlier !== undefined) {
          problems.push(configKeyTwice(keyAt, text, earlier.key.line));
          continue;
        }
        located.inner.set(text, where);
        entries.push([text, element]);
      }
      result = Object.fromEntries(entries);
    }
    open.delete(node);
    return [result, located];
  };
  const [value, located] = read(document?.contents ?? null, start, undefined, 0);
  return { value, located, problems };

  function expectJson(json: string): void {
    try {
      JSON.parse(json);
    } catch (thrown) {
      const { message } = thrown as Error;
      const offset = Number(/position (\d+)/.exec(message)?.[1] ?? json.length);
      const before = json.slice(0, offset).split("\n");
      refuse(configSyntax({ line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }, message));
    }
  }
}

/** Finds where a value is: the innermost part of its path that is in the document. */
export function positionAt(located: Located, steps: readonly (string | number)[], isKey = false): Position {
  let at = located;
  for (const [index, step] of steps.entries()) {
    const inner = at.inner.get(step);
    // What is missing is missing in the value that has this key.
    if (inner === undefined) return at.key;
    at = inner;
    if (index === steps.length - 1 && isKey) return at.key;
  }
  return at.inner.size > 0 ? at.key : at.value;
}
