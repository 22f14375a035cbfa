import { valueUnreadable } from "../errors/factories/call.js";
import { isMadeHere, type TenonError } from "../errors/index.js";

/** Returns the coded error for what was thrown while a value was checked and converted: its getters may throw anything. */
export function unreadable(thrown: unknown, where: string): TenonError {
  return isMadeHere(thrown) ? thrown : valueUnreadable(where, thrown);
}
