import { explain, type Type, typeMismatch } from "../contract/core.js";
import { valueExpected } from "../errors/factories/contract.js";
import { isTenonError, type TenonError } from "../errors/index.js";
import { TooLarge, Unencodable } from "./codec/index.js";
import { coded } from "./fault.js";

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
  if (isTenonError(thrown)) return thrown;
  if (thrown instanceof TooLarge) return tooLarge();
  if (!(thrown instanceof Unencodable)) return coded(thrown, "TENON_VALUE_TYPE", `${where} cannot be read`);
  try {
    if (type !== undefined && explain(type, value) !== undefined) return typeMismatch(type, value, where);
  } catch {
    // A getter threw: the encoder's own message is the best there is.
  }
  return valueExpected(where, thrown.message);
}
