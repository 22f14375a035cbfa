import { errors, type TenonError } from "../../errors/index.js";
import type { Position } from "./ast.js";

/** Where a name stands: the file, and the place in it if it is known. */
export function place(file: string | undefined, at: Position | undefined): string {
  return at === undefined ? (file ?? "<wit>") : `${file ?? "<wit>"}:${at.line}:${at.column}`;
}

/** What the text says cannot be: a name is not known, or means two things. */
export function invalidWit(
  file: string | undefined,
  at: Position | undefined,
  message: string,
  fix?: string,
): TenonError {
  return errors.TENON_CONTRACT_INVALID({
    message: `${place(file, at)}: ${message}`,
    subject: file ?? "<wit>",
    ...(fix === undefined ? {} : { fix: { text: fix } }),
  });
}

/** What the text says can be, but not in a contract. */
export function unsupportedWit(
  file: string | undefined,
  at: Position | undefined,
  message: string,
  fix?: string,
): TenonError {
  return errors.TENON_CONTRACT_UNSUPPORTED({
    message: `${place(file, at)}: ${message}`,
    subject: file ?? "<wit>",
    ...(fix === undefined ? {} : { fix: { text: fix } }),
  });
}

/** How many steps a chain of names may have: types in types, aliases of aliases, interfaces and worlds that use others. */
export const maximumDepth = 200;
