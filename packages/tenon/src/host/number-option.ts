import { describe } from "../contract/core.js";
import { errors } from "../errors/index.js";

/** What a numeric option may be; both ends belong to the range. */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
  readonly integer?: boolean;
  /** Also `Infinity`, for no limit. */
  readonly unlimited?: boolean;
}

/**
 * Reads a numeric option of the host's user.
 *
 * @param name the option as the user wrote it: `supervision.backoff.first`.
 * @throws TENON_OPTION_INVALID when it is not such a number.
 */
export function numberOption(name: string, value: unknown, otherwise: number, range: NumberRange): number {
  if (value === undefined) return otherwise;
  if (typeof value === "number") {
    if (range.unlimited === true && value === Number.POSITIVE_INFINITY) return value;
    const fits = value >= range.least && value <= range.most && (range.integer !== true || Number.isInteger(value));
    if (fits) return value;
  }
  const kind = range.integer === true ? "a whole number" : "a number";
  const orInfinity = range.unlimited === true ? ", or Infinity for no limit" : "";
  throw errors.TENON_OPTION_INVALID({
    message: `option ${name}: expected ${kind} from ${range.least} to ${range.most}${orInfinity}, got ${describe(value)}`,
    subject: name,
  });
}
