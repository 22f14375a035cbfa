import { readFileSync } from "node:fs";
import { errors, type Finding, finding, type TenonError } from "../../../errors/index.js";
import type { GoBindings, RequiredMethod } from "./bindings/index.js";
import type { GoPackage } from "./package-graph.js";

const mostMessages = 20;

/** One complaint of the compiler, or of ours. */
export interface Complaint {
  readonly path: string;
  /** From 1 on. */
  readonly line: number;
  /** From 1 on, in bytes as the compiler counts. */
  readonly column: number;
  readonly text: string;
}

/** What messages are translated with. */
export interface MessageSources {
  readonly folder: string;
  readonly plugin: GoPackage;
  readonly bindings: GoBindings;
  readonly bindingsPath: string;
}

/**
 * The error that the compiler's output amounts to. Places in the bindings become places in the author's files.
 *
 * Source: cmd/compile prints `file:line:column: message`, and further lines of a message after a tab.
 */
export function compileError(output: string, sources: MessageSources): TenonError | undefined {
  const complaints = parse(output);
  const own = complaints.filter(({ path }) => path !== sources.bindingsPath);
  const generated = complaints.filter(({ path }) => path === sources.bindingsPath);
  const all = [...own.map((each) => plain(each, sources)), ...generated.flatMap((each) => translated(each, sources))];
  return all.length === 0 ? undefined : sourceError(all, sources.folder);
}

/** An error that shows each complaint with its source line and a caret. */
export function sourceError(complaints: readonly Complaint[], folder: string): TenonError {
  const seen = new Map(complaints.map((each) => [`${each.path}:${each.line}:${each.text}`, each]));
  const list = [...seen.values()].sort(
    (one, other) => one.path.localeCompare(other.path) || one.line - other.line || one.column - other.column,
  );
  const findings: Finding[] = list.map((each) =>
    finding("TENON_SOURCE_INVALID", { subject: `${each.path}:${each.line}`, message: shown(each) }),
  );
  const texts = list.slice(0, mostMessages).map(shown);
  if (list.length > mostMessages) texts.push(`and ${list.length - mostMessages} more`);
  return errors.TENON_SOURCE_INVALID({ message: texts.join("\n"), subject: list[0]?.path ?? folder, findings });
}

/** That a type or method which the contract asks for is not there. */
export function missing(required: RequiredMethod, plugin: GoPackage, have?: string): Complaint {
  const { type, method, signature, owner } = required;
  const own = locate(plugin, `${type}.${method}`);
  if (own !== undefined && have !== undefined)
    return {
      ...own,
      text: `${type}.${method} is not as ${owner} of the contract has it: want ${signature}, have ${have}`,
    };
  const declared = locate(plugin, type);
  if (declared !== undefined)
    return { ...declared, text: `type ${type} lacks ${signature}, which ${owner} of the contract has` };
  const file = plugin.files[0];
  return {
    path: file?.path ?? plugin.folder,
    line: 1,
    column: 1,
    text: `the package declares no type ${type}, whose methods are ${owner} of the contract: type ${type} struct{} with ${signature}`,
  };
}

/** The place where the author's package declares a name, if it does. */
function locate(plugin: GoPackage, name: string): Omit<Complaint, "text"> | undefined {
  for (const file of plugin.files) {
    const line = file.declared.get(name);
    if (line === undefined) continue;
    const text = file.source.split("\n")[line - 1] ?? "";
    const plainName = name.slice(name.indexOf(".") + 1);
    const at = text.search(new RegExp(`\\b${plainName}\\b`));
    return { path: file.path, line, column: Buffer.byteLength(text.slice(0, Math.max(0, at))) + 1 };
  }
  return undefined;
}

function parse(output: string): Complaint[] {
  const complaints: { path: string; line: number; column: number; text: string }[] = [];
  for (const text of output.split("\n")) {
    const match = /^(.+?\.go):(\d+)(?::(\d+))?: (.*)$/.exec(text);
    const last = complaints.at(-1);
    if (match !== null)
      complaints.push({
        path: match[1] ?? "",
        line: Number(match[2]),
        column: Number(match[3] ?? 1),
        text: match[4] ?? "",
      });
    else if (/^\t/.test(text) && last !== undefined) last.text += `\n    ${text.trim()}`;
  }
  return complaints;
}

/** A complaint about a file of the author's, in which places of the bindings are not named. */
function plain(each: Complaint, { bindingsPath }: MessageSources): Complaint {
  const text = each.text
    .split("\n")
    .map((line) =>
      line.includes(bindingsPath) ? "    the bindings of the contract declare it, too: choose another name" : line,
    )
    .join("\n");
  return { ...each, text };
}

function translated({ line, text }: Complaint, sources: MessageSources): Complaint[] {
  const { bindings, plugin, bindingsPath } = sources;
  const required = bindings.requiredAt(line);
  if (required !== undefined) return [missing(required, plugin, /have (\S.*)/.exec(text)?.[1])];
  // What follows from a method that is missing was told already.
  if (
    /^undefined: |has no field or method|(?:too many|not enough) (?:arguments|return)|assignment mismatch|cannot use/.test(
      text,
    )
  )
    return [];
  const name = /^(\w+) redeclared/.exec(text)?.[1];
  const own = name === undefined ? undefined : locate(plugin, name);
  if (own !== undefined)
    return [{ ...own, text: `${name} is declared by the bindings of the contract, too: choose another name` }];
  return [{ path: bindingsPath, line, column: 1, text: `in the bindings of the contract: ${text}` }];
}

function shown({ path, line, column, text }: Complaint): string {
  const source = lineOf(path, line);
  const head = `${path}:${line}:${column}: ${text}`;
  if (source === undefined) return head;
  const before = Buffer.from(source)
    .subarray(0, column - 1)
    .toString("utf8");
  return `${head}\n  ${source.trimEnd()}\n  ${before.replace(/[^\t]/g, " ")}^`;
}

function lineOf(path: string, line: number): string | undefined {
  try {
    return readFileSync(path, "utf8").split("\n")[line - 1];
  } catch {
    return undefined;
  }
}
