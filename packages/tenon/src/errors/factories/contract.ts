import type { Details, TenonError } from "../error.js";
import { errors } from "../errors.js";

/** @param problem a sentence without its full stop: `exports.greet: "greet" is declared twice`. */
export function contractInvalid(id: string, problem: string, fix?: string): TenonError {
  return errors.TENON_CONTRACT_INVALID({ message: `contract ${id}: ${problem}`, subject: id, ...fixOf(fix) });
}

const tooLargeFixes = {
  nesting: "Nest the types less deeply: pass the inner value as a resource, or in a list that is referred to by index.",
  written: "Make its parts records: a record that is used twice counts once.",
  parts: "Pass a part of the value at a time, or refer to parts by an index into a list.",
  all: "Split the contract into several worlds.",
} as const;

/** @param at where the type is used: `exports.greet(): result`. */
export function contractTooLarge(
  id: string,
  at: string,
  problem: string,
  limit: keyof typeof tooLargeFixes,
): TenonError {
  return errors.TENON_CONTRACT_TOO_LARGE({
    message: `contract ${id}: ${at}: ${problem}`,
    subject: id,
    fix: { text: tooLargeFixes[limit] },
  });
}

/** WIT text that describes too much, before it is a contract. @param where the file, or the file with line and column. */
export function witTooLarge(
  where: string,
  file: string,
  problem: string,
  limit: keyof typeof tooLargeFixes,
): TenonError {
  return errors.TENON_CONTRACT_TOO_LARGE({
    message: `${where}: ${problem}`,
    subject: file,
    fix: { text: tooLargeFixes[limit] },
  });
}

/** @param path inside the document. */
export function documentTooDeep(path: string, levels: number): TenonError {
  return errors.TENON_CONTRACT_TOO_LARGE({
    message: `contract document: ${path}: types are nested more than ${levels} levels deep`,
    fix: { text: tooLargeFixes.nesting },
  });
}

/**
 * `t` or `contract()` was given something else than it takes.
 *
 * @param where what is wrong: `t.func(): parameter "name"`.
 */
export function definitionInvalid(where: string, expected: string, found: string, fix?: string): TenonError {
  return errors.TENON_CONTRACT_INVALID({
    message: `${where}: expected ${expected}, got ${found}`,
    ...fixOf(fix),
  });
}

/** The id that `contract()` was given is not even a string. */
export function contractIdInvalid(found: string): TenonError {
  return errors.TENON_CONTRACT_INVALID({
    message: `contract id: expected a string, got ${found}`,
    fix: { text: 'Pass an id such as "demo:greeter@1.0.0".' },
  });
}

/** A JSON document describes no contract. @param path inside the document; empty at its top. */
export function documentInvalid(path: string, problem: string, fix?: string, cause?: unknown): TenonError {
  return errors.TENON_CONTRACT_INVALID({
    message: `contract document: ${path === "" ? "" : `${path}: `}${problem}`,
    cause,
    ...fixOf(fix),
  });
}

export function documentNotJson(line: number, column: number, problem: string): TenonError {
  return errors.TENON_CONTRACT_SYNTAX({
    message: `contract document:${line}:${column}: not valid JSON: ${problem}`,
    fix: { text: "Fix the JSON at the position that the message names." },
  });
}

/** @param where the file, or the file with line and column. */
export function witInvalid(where: string, file: string, problem: string, fix?: string): TenonError {
  return errors.TENON_CONTRACT_INVALID({ message: `${where}: ${problem}`, subject: file, ...fixOf(fix) });
}

/** What WIT allows and a contract cannot express. @param where the file, or the file with line and column. */
export function witUnsupported(where: string, file: string, problem: string, fix?: string): TenonError {
  return errors.TENON_CONTRACT_UNSUPPORTED({ message: `${where}: ${problem}`, subject: file, ...fixOf(fix) });
}

/** @param excerpt the line of the text, and a caret below it. */
export function witSyntax(where: string, file: string, expected: string, found: string, excerpt: string): TenonError {
  return errors.TENON_CONTRACT_SYNTAX({
    message: `${where}: expected ${expected}, found ${found}\n${excerpt}`,
    subject: file,
  });
}

/** Text that is not parsed at all. */
export function witRejected(file: string, problem: string): TenonError {
  return errors.TENON_CONTRACT_SYNTAX({ message: `${file}: ${problem}`, subject: file });
}

/** The argument of contractFromWit() is of none of the types that it takes. @param index of the file, if it is a list. */
export function witSourceInvalid(index?: number): TenonError {
  const problem =
    index === undefined
      ? "expected WIT text, a parsed document, or a list of {path, text}"
      : `file ${index}: expected {path, text}`;
  return errors.TENON_CONTRACT_INVALID(`contractFromWit: ${problem}`);
}

/**
 * No world was found, or more than one.
 *
 * @param name the world that was asked for.
 * @param found how many worlds match.
 * @param choice the worlds to choose from, by full name.
 */
export function worldUnclear(name: string | undefined, found: number, choice: readonly string[]): TenonError {
  const wanted = name === undefined ? "" : ` "${name}"`;
  const shown = choice.slice(0, 20).join(", ");
  if (choice.length === 0)
    return errors.TENON_CONTRACT_INVALID({
      message: `there is no world${wanted}: the text declares none`,
      subject: name,
      fix: { text: "Declare a world, which is what a contract describes: world my-plugin { … }" },
    });
  return errors.TENON_CONTRACT_INVALID({
    message: found === 0 ? `there is no world${wanted}; found ${shown}` : `more than one world${wanted}: ${shown}`,
    subject: name,
    fix: { text: `Choose one by its full name: world: "${choice[0]}".` },
  });
}

/** WIT cannot express a part of the contract. @param part what was read back differently. */
export function witInexpressible(id: string, part: string): TenonError {
  return errors.TENON_CONTRACT_UNSUPPORTED({
    message: `contract ${id}: WIT cannot express ${part}`,
    subject: id,
    fix: { text: "Change this part of the contract, or use the JSON form: tenon contract convert CONTRACT --to json." },
  });
}

/** @param character as `U+0007`. */
export function witDocsUnprintable(id: string, of: string, character: string): TenonError {
  return errors.TENON_CONTRACT_UNSUPPORTED({
    message: `contract ${id}: the docs of "${of}" contain the character ${character}, which WIT does not allow`,
    subject: id,
    fix: { text: "Remove the character from the docs." },
  });
}

/** @param what follows the function's name: `more than one stream parameter`. */
export function protoUnsupported(label: string, what: string): TenonError {
  return errors.TENON_CONTRACT_UNSUPPORTED({
    message: `${label}(): Protocol Buffers has no equivalent for ${what}`,
    subject: label,
    fix: { text: "Return the stream itself, or make it the only stream parameter. Or use the .wit or JSON form." },
  });
}

/**
 * WebAssembly plugins, and the languages that are compiled to them, cannot exchange values of any depth.
 *
 * @param name of the recursive type.
 */
export function recursionUnsupported(contract: string, label: string, name: string): TenonError {
  return errors.TENON_CONTRACT_UNSUPPORTED({
    message: `contract ${contract}: ${label}() uses the recursive type "${name}", which WebAssembly plugins cannot exchange`,
    subject: label,
    fix: {
      text: `Pass the parts of "${name}" as a list in which each part refers to others by index, or as JSON (t.json), or write the plugin in JavaScript.`,
    },
  });
}

/** @param reason what follows "the types of two contracts cannot be compared: ". */
export function comparisonTooLarge(reason: string): TenonError {
  return errors.TENON_CONTRACT_TOO_LARGE({
    message: `the types of two contracts cannot be compared: ${reason}`,
    fix: { text: "Use the same types in both contracts, and nest them less deeply." },
  });
}

/**
 * Two functions or values do not fit, so nothing can convert between them.
 *
 * @param subject what was to be adapted: `exports.greet()`, `a value`.
 * @param at the path inside it; empty for the whole.
 * @param change what differs, in the words of the compat table.
 */
export function contractNotAdaptable(
  subject: string,
  at: string,
  change: string,
  from: string,
  to: string,
): TenonError {
  return errors.TENON_CONTRACT_BREAKS({
    subject,
    message: `${subject} cannot be adapted${at === "" ? "" : ` at ${at}`}: ${change} (${from}, ${to})`,
  });
}

/**
 * A value does not have its type.
 *
 * @param where what the value is: `greet(): parameter "name"`.
 * @param at the path inside the value; empty for the value itself.
 */
export function valueType(where: string, at: string, expected: string, got: string): TenonError {
  return errors.TENON_VALUE_TYPE({
    message: `${where}${at === "" ? "" : ` at ${at}`}: expected ${expected}, got ${got}`,
    subject: where,
  });
}

/** JSON does not describe a value of a type. @param at the path inside the value; empty for the value itself */
export function valueUnreadable(
  where: string,
  at: string,
  problem: string,
  fix: string | undefined,
  cause: unknown,
): TenonError {
  return errors.TENON_VALUE_TYPE({
    message: `${where}${at === "" ? "" : ` at ${at}`}: ${problem}`,
    subject: where,
    cause,
    ...fixOf(fix),
  });
}

/** A value that is not data was to be written as JSON, or read from it. */
export function valueReferenceInJson(where: string, kind: "handle" | "stream" | "future"): TenonError {
  return errors.TENON_CONTRACT_UNSUPPORTED({
    message: `${where}: JSON cannot hold a ${kind}`,
    subject: where,
    fix: { text: "Use a function whose parameters and result are data." },
  });
}

/** A value did not have its type when it was read, but has it now, or cannot be read again. */
export function valueExpected(where: string, expected: string): TenonError {
  return errors.TENON_VALUE_TYPE({ message: `${where}: expected ${expected}`, subject: where });
}

/** A value changed while it was adapted, or was not checked before. */
export function valueNotAdaptable(cause: unknown): TenonError {
  return errors.TENON_VALUE_TYPE({ message: "a value cannot be adapted: it does not have its declared type", cause });
}

function fixOf(text: string | undefined): Pick<Details, "fix"> {
  return text === undefined ? {} : { fix: { text } };
}
