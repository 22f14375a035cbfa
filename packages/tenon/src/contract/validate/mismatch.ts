import { errors, type TenonError } from "../../errors/index.js";
import type { Type } from "../model.js";
import { describe, explain } from "./explain.js";

/**
 * The error for a value that a guard refused.
 *
 * @param where what the value is: `greet(): parameter "name"`.
 */
export function typeMismatch(type: Type, value: unknown, where: string): TenonError {
  const found = explain(type, value) ?? { path: "", expected: `a value that keeps its type`, got: describe(value) };
  return errors.TENON_VALUE_TYPE({
    message: `${where}${found.path === "" ? "" : ` at ${found.path.replace(/^\./, "")}`}: expected ${found.expected}, got ${found.got}`,
    subject: where,
  });
}
