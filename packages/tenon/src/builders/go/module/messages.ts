import type { TenonError } from "../../../errors/error.js";
import {
  declaredInBindingsText,
  inBindingsText,
  methodSignatureText,
  missingMethodText,
  missingTypeText,
  nameTakenText,
} from "../../../errors/factories/go-module.js";
import type { GoBindings, RequiredMethod } from "./bindings/index.js";
import { type Problem, sourceError } from "./errors/source-error.js";
import type { GoPackage } from "./package-graph.js";

/** What the compiler's output is interpreted with. */
export interface MessageSources {
  readonly folder: string;
  readonly plugin: GoPackage;
  readonly bindings: GoBindings;
  readonly bindingsPath: string;
}

/**
 * Makes an error from the compiler's output. Positions in the bindings become positions in the author's files.
 *
 * Source: cmd/compile prints `file:line:column: message`, and further lines of a message after a tab.
 */
export function compileError(output: string, sources: MessageSources): TenonError | undefined {
  const problems = parse(output);
  const own = problems.filter(({ path }) => path !== sources.bindingsPath);
  const generated = problems.filter(({ path }) => path === sources.bindingsPath);
  const all = [
    ...own.map((each) => ownProblem(each, sources)),
    ...generated.flatMap((each) => translated(each, sources)),
  ];
  return all.length === 0 ? undefined : sourceError(all, sources.folder);
}

/** The problem that the author's package does not declare a type with methods of the contract. */
export function missingType(type: string, { required }: GoBindings, plugin: GoPackage): Problem {
  const methods = required.filter((each) => each.type === type).map(({ signature }) => signature);
  return { ...startOf(plugin), text: missingTypeText(type, methods) };
}

/** The problem that a method of the contract is missing or differs. @param have the author's: `Greet(int) string`. */
function invalidMethod(required: RequiredMethod, bindings: GoBindings, plugin: GoPackage, have?: string): Problem {
  const { type, method, signature } = required;
  const own = locate(plugin, `${type}.${method}`);
  if (own !== undefined && have !== undefined)
    return { ...own, text: methodSignatureText(type, method, functionType(signature), functionType(have)) };
  const declared = locate(plugin, type);
  if (declared !== undefined) return { ...declared, text: missingMethodText(type, signature) };
  return missingType(type, bindings, plugin);
}

/** `Greet(name string) string` → `func(name string) string` */
function functionType(method: string): string {
  return method.replace(/^\w+/, "func");
}

function startOf(plugin: GoPackage): Omit<Problem, "text"> {
  return { path: plugin.files[0]?.path ?? plugin.folder, line: 1, column: 1 };
}

/** Finds the position at which the author's package declares a name. */
function locate(plugin: GoPackage, name: string): Omit<Problem, "text"> | undefined {
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

function parse(output: string): Problem[] {
  const problems: { path: string; line: number; column: number; text: string }[] = [];
  for (const text of output.split("\n")) {
    const match = /^(.+?\.go):(\d+)(?::(\d+))?: (.*)$/.exec(text);
    const last = problems.at(-1);
    if (match !== null)
      problems.push({
        path: match[1] ?? "",
        line: Number(match[2]),
        column: Number(match[3] ?? 1),
        text: match[4] ?? "",
      });
    else if (/^\t/.test(text) && last !== undefined) last.text += `\n    ${text.trim()}`;
  }
  return problems;
}

/** A problem in a file of the author's, without positions in the bindings. */
function ownProblem(each: Problem, { bindingsPath }: MessageSources): Problem {
  const lines = each.text
    .split("\n")
    .map((line) => (line.includes(bindingsPath) ? `    ${declaredInBindingsText}` : line));
  return { ...each, text: lines.join("\n") };
}

function translated({ line, text }: Problem, sources: MessageSources): Problem[] {
  const { bindings, plugin, bindingsPath } = sources;
  const required = bindings.requiredAt(line);
  if (required !== undefined) return [invalidMethod(required, bindings, plugin, /have (\S.*)/.exec(text)?.[1])];
  // These follow from a missing method, which is already reported.
  if (
    /^undefined: |has no field or method|(?:too many|not enough) (?:arguments|return)|assignment mismatch|cannot use/.test(
      text,
    )
  )
    return [];
  const name = /^(\w+) redeclared/.exec(text)?.[1];
  const own = name === undefined ? undefined : locate(plugin, name);
  if (name !== undefined && own !== undefined) return [{ ...own, text: nameTakenText(name) }];
  return [{ path: bindingsPath, line, column: 1, text: inBindingsText(text) }];
}
