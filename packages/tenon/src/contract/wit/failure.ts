import { witInvalid, witTooLarge, witUnsupported } from "../../errors/factories/contract.js";
import type { TenonError } from "../../errors/index.js";
import type { Position } from "./ast.js";

/** Returns where a name is: the file, with line and column if they are known. */
function location(file: string | undefined, at: Position | undefined): string {
  return at === undefined ? (file ?? "<wit>") : `${file ?? "<wit>"}:${at.line}:${at.column}`;
}

/** The text is not valid: a name is unknown, or has two meanings. */
export function invalidWit(
  file: string | undefined,
  at: Position | undefined,
  problem: string,
  fix?: string,
): TenonError {
  return witInvalid(location(file, at), file ?? "<wit>", problem, fix);
}

/** The text is valid WIT, but a contract cannot express it. */
export function unsupportedWit(
  file: string | undefined,
  at: Position | undefined,
  problem: string,
  fix?: string,
): TenonError {
  return witUnsupported(location(file, at), file ?? "<wit>", problem, fix);
}

/** The text describes more than is read. */
export function tooLargeWit(
  file: string | undefined,
  at: Position | undefined,
  problem: string,
  limit: "nesting" | "all",
): TenonError {
  return witTooLarge(location(file, at), file ?? "<wit>", problem, limit);
}

/** The longest chain of names: interfaces and worlds that use others. */
export const maximumDepth = 200;
