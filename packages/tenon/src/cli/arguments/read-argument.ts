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
export async function readArguments(
  signature: Signature,
  texts: readonly string[],
  plugin: string,
): Promise<unknown[]> {
  const { parameters } = signature.type;
  const least = leastArguments(parameters.map(({ type }) => type));
  if (texts.length < least || texts.length > parameters.length) throw wrongCount(signature, texts, least, plugin);
  const values: unknown[] = [];
  for (const [index, { name, type }] of parameters.entries()) {
    const place = new Place(`${signature.label}(): argument "${camel(name)}"`, argumentForm(type));
    const text = texts[index];
    values.push(text === undefined ? absent(type) : meaning(type, await readWord(type, text, place), place));
  }
  return values;
}

function absent(type: Type): unknown {
  return type.kind === "option" && type.some.kind === "option" ? { tag: "none" } : undefined;
}

/** A word of the command line, and what the file holds that it names, where the type takes files. */
interface Word {
  readonly text: string;
  readonly file: Uint8Array | undefined;
}

async function readWord(type: Type, text: string, place: Place): Promise<Word> {
  if (!text.startsWith("@") || !takesFile(type)) return { text, file: undefined };
  return { text, file: await bytesOfFile(text.slice(1), place) };
}

/** Where a text may begin with @ and mean itself, no file is looked for. */
function takesFile(type: Type): boolean {
  if (type.kind === "option") return takesFile(type.some);
  if (type.kind === "future") return type.value !== undefined && takesFile(type.value);
  return ["list", "tuple", "record", "variant", "result", "stream", "flags"].includes(type.kind);
}

function meaning(type: Type, word: Word, place: Place): unknown {
  const { text } = word;
  switch (type.kind) {
    case "flags":
      if (word.file !== undefined || /^\s*[[{]/.test(text)) return fromJson(type, json(word, type, place), place);
      return fromJson(type, names(text), place);
    case "option":
      if (type.some.kind === "option") return fromJson(type, json(word, type, place), place);
      return text === "null" ? undefined : meaning(type.some, word, place);
    case "variant":
      if (Object.hasOwn(casesOf(type), unquoted(text))) return fromJson(type, { tag: unquoted(text) }, place);
      return fromJson(type, json(word, type, place), place);
    case "future":
      return Promise.resolve(type.value === undefined ? undefined : meaning(type.value, word, place));
    case "stream":
      if (type.element?.kind === "u8") return chunksOf(bytes(word, place));
      return fromJson(type, json(word, type, place), place);
    case "list":
      if (isBytes(type) && !text.startsWith("[")) return bytes(word, place);
      return fromJson(type, json(word, type, place), place);
    case "tuple":
    case "record":
    case "result":
      return fromJson(type, json(word, type, place), place);
    case "bool":
      return fromJson(type, text === "true" ? true : text === "false" ? false : text, place);
    default:
      return fromJson(type, unquoted(text), place);
  }
}

function names(text: string): string[] {
  return text.split(/[\s,|]+/).filter((name) => name !== "");
}

function bytes({ text, file }: Word, place: Place): Uint8Array {
  return file ?? bytesOfText(unquoted(text), place);
}

function json({ text, file }: Word, type: Type, place: Place): unknown {
  try {
    return JSON.parse(file === undefined ? text : new TextDecoder().decode(file));
  } catch (cause) {
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    throw place.problem(
      `expected JSON such as ${argumentForm(type)}, got ${shown}`,
      "Write it as JSON, and quote it for the shell in single quotes.",
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
  const what =
    missing.length > 0
      ? `${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} missing`
      : `${texts.length} were given`;
  const forms = parameterLines(signature).map((line) => `\n      ${line}`);
  return usageError(
    `${signature.label}() takes ${takes}, and ${what}\n    ${signatureText(signature)}${forms.join("")}`,
    {
      text: "Give the arguments in this order; text with spaces in quotes.",
      command: `tenon run ${plugin} ${signature.label} ${argumentNames(signature)}`.trim(),
    },
  );
}

function count(number: number): string {
  return `${number} argument${number === 1 ? "" : "s"}`;
}
