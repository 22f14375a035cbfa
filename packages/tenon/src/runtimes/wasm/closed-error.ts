import { errors, type TenonError } from "../../errors/index.js";

/** What a call of a plugin ends with once it is closed. */
export function closedError(subject: string): TenonError {
  return errors.TENON_PLUGIN_CLOSED({ message: `${subject} is closed`, subject });
}
