import { camel, functionText, type Signature, type Type } from "../../contract/index.js";
import type { Colours } from "../../terminal/colour.js";
import { argumentForm } from "./argument-form.js";

/** Returns `greet(name: string) -> string`, with the name that `tenon run` uses. */
export function signatureText({ label, type }: Signature): string {
  return `${label}${functionText({ ...type, async: false }).replace(/^func/, "")}`;
}

/** Returns a function for people: its type, its documentation, and how to write each argument. */
export function functionLines(signature: Signature, colours: Colours): string[] {
  const { label, type } = signature;
  const optional = type.optional ? colours.dim(" (optional)") : "";
  const lines = [colours.bold(label) + signatureText(signature).slice(label.length) + optional];
  if (type.docs !== undefined) lines.push(...type.docs.split("\n").map((line) => `  ${line}`));
  return [...lines, ...parameterLines(signature).map((line) => `  ${colours.dim(line)}`)];
}

/** Returns how to write the arguments of a function on the command line; leaves out those that are plain text. */
export function parameterLines({ type }: Signature): string[] {
  const forms = type.parameters.filter((parameter) => !isText(parameter.type));
  const width = Math.max(0, ...forms.map(({ name }) => camel(name).length));
  return forms.map((parameter) => `${camel(parameter.name).padEnd(width)}  ${argumentForm(parameter.type)}`);
}

/** Returns how many arguments are required: options at the end can be omitted. */
export function requiredArguments(types: readonly Type[]): number {
  let least = types.length;
  while (least > 0 && types[least - 1]?.kind === "option") least--;
  return least;
}

function isText(type: Type): boolean {
  return type.kind === "string" || (type.kind === "option" && isText(type.some));
}
