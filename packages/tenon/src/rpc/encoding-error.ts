import { explain, type Type, typeMismatch } from "../contract/core.js";
import { valueUnreadable } from "../errors/factories/call.js";
import { valueExpected } from "../errors/factories/contract.js";
import { isErrorObject, isMadeHere, type TenonError } from "../errors/index.js";
import { TooLarge, Unencodable } from "./codec/index.js";

/**
 * Returns why a value could not be written, as a coded error.
 *
 * @param where what the value is: `greet(): parameter "name"`.
 */
export function encodingError(
  thrown: unknown,
  where: string,
  type: Type | undefined,
  value: unknown,
  tooLarge: () => TenonError,
): TenonError {
  if (isMadeHere(thrown)) return thrown;
  // A getter may have thrown anything, a proxy included.
  const ours = isErrorObject(thrown);
  if (ours && thrown instanceof TooLarge) return tooLarge();
  if (!ours || !(thrown instanceof Unencodable)) return valueUnreadable(where, thrown);
  try {
    if (type !== undefined && explain(type, value) !== undefined) return typeMismatch(type, value, where);
  } catch {
    // A getter threw: the encoder's own message is the best there is.
  }
  return valueExpected(where, thrown.message);
}
