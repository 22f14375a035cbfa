import { isBytes } from "../../contract/formats/value-json/json-form.js";
import { casesOf, readValue } from "../../contract/formats/value-json/read-value.js";
import type { ValuePosition } from "../../contract/formats/value-json/value-position.js";
import { camel, mostValueLevels, type Signature, type Type } from "../../contract/index.js";
import { tryReadJson } from "../../contract/json/index.js";
import { contains } from "../../contract/model/reach.js";
import { argumentCountWrong } from "../../errors/factories/command-argument.js";
import type { TenonError } from "../../errors/index.js";
import { shellPath, shellWord } from "../../errors/shell-word.js";
import { argumentForm } from "./argument-form.js";
import { argumentPosition } from "./argument-position.js";
import { bytesOfFile, bytesOfText } from "./bytes.js";
import { exampleArgument } from "./example-argument.js";
import { parameterLines, requiredArguments, signatureText } from "./function-text.js";
import { chunksOf } from "./streams.js";

/**
 * Parses the arguments of a function from the command line: plain text or JSON, depending on the contract's types. Options at
 * the end can be omitted.
 *
 * @throws TENON_USAGE, which shows the function's type, or names the argument and the position inside it
 */
export async function readArguments(
  signature: Signature,
  words: readonly string[],
  plugin: string,
): Promise<unknown[]> {
  const { parameters } = signature.type;
  const least = requiredArguments(parameters.map(({ type }) => type));
  if (words.length < least || words.length > parameters.length) throw wrongCount(signature, words, least, plugin);
  const values: unknown[] = [];
  for (const [index, { name, type }] of parameters.entries()) {
    const position = argumentPosition(`${signature.label}(): argument "${camel(name)}"`, argumentForm(type));
    const text = words[index];
    values.push(text === undefined ? omitted(type) : parseWord(type, await readWord(type, text, position), position));
  }
  return values;
}

function omitted(type: Type): unknown {
  return type.kind === "option" && type.some.kind === "option" ? { tag: "none" } : undefined;
}

/** A word of the command line, and the content of the file that it names, if the type accepts files. */
interface Word {
  readonly text: string;
  readonly file: Uint8Array | undefined;
}

async function readWord(type: Type, text: string, position: ValuePosition): Promise<Word> {
  if (!text.startsWith("@") || !acceptsFile(type)) return { text, file: undefined };
  return { text, file: await bytesOfFile(text.slice(1), position) };
}

/** Types whose values could start with @ themselves do not accept files. */
function acceptsFile(type: Type): boolean {
  if (type.kind === "option") return acceptsFile(type.some);
  if (type.kind === "future") return type.value !== undefined && acceptsFile(type.value);
  return ["list", "map", "json", "tuple", "record", "variant", "result", "stream", "flags"].includes(type.kind);
}

function parseWord(type: Type, word: Word, position: ValuePosition): unknown {
  const { text } = word;
  switch (type.kind) {
    case "flags":
      if (word.file !== undefined || /^\s*[[{]/.test(text))
        return readValue(type, json(word, type, position), position);
      return readValue(type, flagNames(text), position);
    case "option":
      if (type.some.kind === "option") return readValue(type, json(word, type, position), position);
      return text === "null" ? undefined : parseWord(type.some, word, position);
    case "variant":
      if (Object.hasOwn(casesOf(type), unquoted(text))) return readValue(type, { tag: unquoted(text) }, position);
      return readValue(type, json(word, type, position), position);
    case "future":
      return Promise.resolve(type.value === undefined ? undefined : parseWord(type.value, word, position));
    case "stream":
      if (type.element?.kind === "u8") return chunksOf(bytes(word, position));
      return readValue(type, json(word, type, position), position);
    case "list":
      if (isBytes(type) && !text.startsWith("[")) return bytes(word, position);
      return readValue(type, json(word, type, position), position);
    case "enum":
      return readValue(type, type.open && /^-?\d{1,10}$/.test(text) ? Number(text) : unquoted(text), position);
    case "tuple":
    case "record":
    case "result":
    case "map":
    case "json":
      return readValue(type, json(word, type, position), position);
    case "bool":
      return readValue(type, text === "true" ? true : text === "false" ? false : text, position);
    default:
      return readValue(type, unquoted(text), position);
  }
}

const holdsJson = contains(({ kind }) => kind === "json");

function flagNames(text: string): string[] {
  return text.split(/[\s,|]+/).filter((name) => name !== "");
}

function bytes({ text, file }: Word, position: ValuePosition): Uint8Array {
  return file ?? bytesOfText(unquoted(text), position);
}

function json({ text, file }: Word, type: Type, position: ValuePosition): unknown {
  const content = file === undefined ? text : new TextDecoder().decode(file);
  // Its numbers and keys have no types that say how to read them: what readers disagree about is refused.
  if (holdsJson(type)) {
    const read = tryReadJson(content, { levels: mostValueLevels, bytes: Number.POSITIVE_INFINITY });
    if ("value" in read) return read.value;
    throw position.problem(
      `${read.problem}, at line ${read.line}, column ${read.column}`,
      "Write JSON, in single quotes for the shell; text in double quotes as well.",
    );
  }
  try {
    return JSON.parse(content);
  } catch (cause) {
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    throw position.problem(
      `expected JSON such as ${argumentForm(type)}, got ${shown}`,
      "Write JSON, in single quotes for the shell.",
      cause,
    );
  }
}

/** Parses text in double quotes as JSON; returns other text unchanged. */
function unquoted(text: string): string {
  if (!/^".*"$/s.test(text)) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

function wrongCount(signature: Signature, words: readonly string[], least: number, plugin: string): TenonError {
  const { parameters } = signature.type;
  return argumentCountWrong({
    label: signature.label,
    given: words.length,
    least,
    most: parameters.length,
    missing: parameters.slice(words.length, least).map(({ name }) => camel(name)),
    lines: [signatureText(signature), ...parameterLines(signature)],
    example: exampleCall(signature, least, plugin),
  });
}

/** Returns a call with the arguments that cannot be omitted. */
function exampleCall({ label, type }: Signature, least: number, plugin: string): string | undefined {
  const words = type.parameters.slice(0, least).map((parameter) => exampleArgument(parameter.type, parameter.name));
  if (words.includes(undefined)) return undefined;
  return ["tenon run", shellPath(plugin), label, ...words.map((word) => shellWord(word ?? ""))].join(" ");
}
