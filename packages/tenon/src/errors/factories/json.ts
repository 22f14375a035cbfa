import type { TenonError } from "../error.js";
import { errors } from "../errors.js";

/** @param where what the text is: a file, or `greet(): parameter "settings"`. */
export function jsonInvalid(where: string, line: number, column: number, problem: string): TenonError {
  return errors.TENON_JSON_INVALID({ message: `${where}:${line}:${column}: ${problem}`, subject: where });
}

/** @param where what the text is: a file, or `greet(): parameter "settings"`. */
export function jsonTooLarge(where: string, line: number, column: number, problem: string): TenonError {
  return errors.TENON_JSON_TOO_LARGE({ message: `${where}:${line}:${column}: ${problem}`, subject: where });
}
