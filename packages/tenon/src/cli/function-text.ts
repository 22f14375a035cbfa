import { camel, functionText, type Signature, type Type } from "../contract/index.js";
import { argumentForm } from "./arguments/argument-form.js";
import type { Colours } from "./colour.js";

/** `greet(name: string) -> string`, with the name under which `tenon run` calls it. */
export function signatureText({ label, type }: Signature): string {
  return `${label}${functionText({ ...type, async: false }).replace(/^func/, "")}`;
}

/** A function for people: its type, its documentation, and how each argument is written. */
export function functionLines(signature: Signature, colours: Colours): string[] {
  const { label, type } = signature;
  const optional = type.optional ? colours.dim(" (optional)") : "";
  const lines = [colours.bold(label) + signatureText(signature).slice(label.length) + optional];
  if (type.docs !== undefined) lines.push(...type.docs.split("\n").map((line) => `  ${line}`));
  return [...lines, ...parameterLines(signature).map((line) => `  ${colours.dim(line)}`)];
}

/** How the arguments of a function are written on the command line; nothing for those that are plain text. */
export function parameterLines({ type }: Signature): string[] {
  const forms = type.parameters.filter((parameter) => !isText(parameter.type));
  const width = Math.max(0, ...forms.map(({ name }) => camel(name).length));
  return forms.map((parameter) => `${camel(parameter.name).padEnd(width)}  ${argumentForm(parameter.type)}`);
}

/** `NAME [COUNT]`: the arguments as the usage line of a command has them. */
export function argumentNames({ type }: Signature): string {
  const least = leastArguments(type.parameters.map((parameter) => parameter.type));
  return type.parameters
    .map(({ name }, index) => (index < least ? name.toUpperCase() : `[${name.toUpperCase()}]`))
    .join(" ");
}

/** How many arguments must be given: options at the end may be left out. */
export function leastArguments(types: readonly Type[]): number {
  let least = types.length;
  while (least > 0 && types[least - 1]?.kind === "option") least--;
  return least;
}

function isText(type: Type): boolean {
  return type.kind === "string" || (type.kind === "option" && isText(type.some));
}
