import { camel, type Signature, type Type } from "../../contract/index.js";
import { usageError } from "../command-failure.js";
import { argumentNames, leastArguments, parameterLines, signatureText } from "../function-text.js";
import { argumentForm, isBytes } from "./argument-form.js";
import { bytesOfFile, bytesOfText } from "./bytes.js";
import { casesOf, fromJson } from "./from-json.js";
import { Place } from "./place.js";
import { chunksOf } from "./streams.js";

/**
 * The arguments of a function, from what stands on the command line: plain words or JSON, as the contract's types say.
 * Options at the end may be left out.
 *
 * @throws a usage error that shows the function's type, or names the argument and the place inside it.
 */
export async function readArguments(signature: Signature, texts: readonly string[], plugin: string): Promise<unknown[]> {
  const { parameters } = signature.type;
  const least = leastArguments(parameters.map(({ type }) => type));
  if (texts.length < least || texts.length > parameters.length) throw wrongCount(signature, texts, least, plugin);
  const values: unknown[] = [];
  for (const [index, { name, type }] of parameters.entries()) {
    const place = new Place(`${signature.label}(): argument "${camel(name)}"`);
    const text = texts[index];
    values.push(text === undefined ? absent(type) : await readText(type, text, place));
  }
  return values;
}

function absent(type: Type): unknown {
  return type.kind === "option" && type.some.kind === "option" ? { tag: "none" } : undefined;
}

async function readText(type: Type, text: string, place: Place): Promise<unknown> {
  switch (type.kind) {
    case "string":
    case "char":
    case "enum":
      return fromJson(type, unquoted(text), place);
    case "flags": {
      if (/^\s*[[{]/.test(text)) return fromJson(type, parse(text, type, place), place);
      return fromJson(type, text.split(/[\s,|]+/).filter((word) => word !== ""), place);
    }
    case "option":
      if (type.some.kind === "option") return fromJson(type, parse(text, type, place), place);
      return text === "null" ? undefined : readText(type.some, text, place);
    case "variant":
      if (!text.startsWith("{") && Object.hasOwn(casesOf(type), unquoted(text))) return fromJson(type, { tag: unquoted(text) }, place);
      return fromJson(type, await json(text, type, place), place);
    case "future":
      if (type.value === undefined) return fromJson(type, await json(text, type, place), place);
      return Promise.resolve(await readText(type.value, text, place));
    case "stream":
      if (type.element?.kind === "u8") return chunksOf(await bytes(text, place));
      return fromJson(type, await json(text, type, place), place);
    case "list":
      if (isBytes(type) && !text.startsWith("[")) return bytes(text, place);
      return fromJson(type, await json(text, type, place), place);
    case "bool":
      return fromJson(type, text === "true" ? true : text === "false" ? false : text, place);
    case "own":
    case "borrow":
      return fromJson(type, undefined, place);
    case "tuple":
    case "record":
    case "result":
      return fromJson(type, await json(text, type, place), place);
    default:
      return fromJson(type, unquoted(text), place);
  }
}

async function bytes(text: string, place: Place): Promise<Uint8Array> {
  return text.startsWith("@") ? bytesOfFile(text.slice(1), place) : bytesOfText(unquoted(text), place);
}

async function json(text: string, type: Type, place: Place): Promise<unknown> {
  if (!text.startsWith("@")) return parse(text, type, place);
  const file = await bytesOfFile(text.slice(1), place);
  return parse(new TextDecoder().decode(file), type, place);
}

function parse(text: string, type: Type, place: Place): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    throw place.problem(
      `expected JSON such as ${argumentForm(type)}, got ${shown}`,
      `Write it as JSON and quote it for the shell, in single quotes (${(cause as Error).message}).`,
      cause,
    );
  }
}

/** A text in JSON's quotes means what they hold; any other text is itself. */
function unquoted(text: string): string {
  if (!/^".*"$/s.test(text)) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

function wrongCount(signature: Signature, texts: readonly string[], least: number, plugin: string) {
  const { parameters } = signature.type;
  const most = parameters.length;
  const takes = most === 0 ? "no argument" : least === most ? count(most) : `${least} to ${count(most)}`;
  const missing = parameters.slice(texts.length, least).map(({ name }) => `"${camel(name)}"`);
  const what = missing.length > 0 ? `${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} missing` : `${texts.length} were given`;
  const forms = parameterLines(signature).map((line) => `\n      ${line}`);
  return usageError(`${signature.label}() takes ${takes}, and ${what}\n    ${signatureText(signature)}${forms.join("")}`, {
    text: "Give the arguments in this order; text with spaces in quotes.",
    command: `tenon run ${plugin} ${signature.label} ${argumentNames(signature)}`.trim(),
  });
}

function count(number: number): string {
  return `${number} argument${number === 1 ? "" : "s"}`;
}
