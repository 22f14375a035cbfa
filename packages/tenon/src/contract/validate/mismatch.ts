import { valueType } from "../../errors/factories/contract.js";
import type { TenonError } from "../../errors/index.js";
import type { Type } from "../model.js";
import { describe, explain } from "./explain.js";

/**
 * Returns the error for a value that a guard rejected.
 *
 * @param where what the value is: `greet(): parameter "name"`.
 */
export function typeMismatch(type: Type, value: unknown, where: string): TenonError {
  const found = explain(type, value) ?? {
    path: "",
    expected: "a value that does not change while it is read",
    got: describe(value),
  };
  return valueType(where, found.path.replace(/^\./, ""), found.expected, found.got);
}
