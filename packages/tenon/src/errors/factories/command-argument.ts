import type { TenonError } from "../error.js";
import { errors } from "../errors.js";

/** An argument of a function is not what the contract asks for. @param position the argument, and the path inside it */
export function argumentInvalid(position: string, problem: string, fix: string, cause: unknown): TenonError {
  return errors.TENON_USAGE({ message: `${position}: ${problem}`, fix: { text: fix }, cause });
}

/** A function was given too few or too many arguments. */
export function argumentCountWrong(call: {
  readonly label: string;
  readonly given: number;
  readonly least: number;
  readonly most: number;
  /** Names of those that must be given and are not. */
  readonly missing: readonly string[];
  /** The function's type, then how each argument is written. */
  readonly lines: readonly string[];
  /** A call that works when pasted; `undefined` where there is none. */
  readonly example: string | undefined;
}): TenonError {
  const { label, given, least, most, missing, lines, example } = call;
  const takes = most === 0 ? "no arguments" : least === most ? count(most) : `${least} to ${count(most)}`;
  const names = missing.map((name) => `"${name}"`).join(" and ");
  const problem =
    missing.length > 0
      ? `${names} ${missing.length > 1 ? "are" : "is"} missing`
      : `${given} ${given === 1 ? "was" : "were"} given`;
  return errors.TENON_USAGE({
    message: `${label}() takes ${takes}, but ${problem}${lines.map((line, index) => `\n${index === 0 ? "    " : "      "}${line}`).join("")}`,
    fix: {
      text: `Pass the arguments in this order, and quote those that contain spaces.${example === undefined ? "" : " For example:"}`,
      ...(example === undefined ? {} : { command: example }),
    },
  });
}

function count(number: number): string {
  return `${number} argument${number === 1 ? "" : "s"}`;
}
