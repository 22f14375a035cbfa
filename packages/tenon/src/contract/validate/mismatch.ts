import { valueType } from "../../errors/factories/contract.js";
import type { TenonError } from "../../errors/index.js";
import type { Type } from "../model/model.js";
import { describe, explain, type Mismatch } from "./explain.js";
import { typeText } from "./type-text.js";

const longestPath = 240;

/**
 * Returns the error for a value that a guard rejected.
 *
 * @param where what the value is: `greet(): parameter "name"`.
 */
export function typeMismatch(type: Type, value: unknown, where: string): TenonError {
  const found = explained(type, value);
  return valueType(where, shortPath(found.path.replace(/^[. ]/, "")), found.expected, found.got);
}

/** A value that is too deep has a path as long as it is deep. */
function shortPath(path: string): string {
  return path.length <= longestPath ? path : `${path.slice(0, longestPath / 2)}…${path.slice(-longestPath / 2)}`;
}

/** A plugin's value can throw while it is read, and change from one read to the next. */
function explained(type: Type, value: unknown): Mismatch {
  try {
    const found = explain(type, value);
    return found ?? { path: "", expected: "a value that does not change while it is read", got: describe(value) };
  } catch {
    return { path: "", expected: typeText(type), got: "a value that cannot be read" };
  }
}
