import { describe } from "../contract/core.js";
import { optionInvalid } from "../errors/factories/host-option.js";

/** The range of a numeric option; both ends are allowed. */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
  readonly integer?: boolean;
  /** Whether `Infinity` is allowed, for no limit. */
  readonly unlimited?: boolean;
}

/**
 * Reads a numeric option.
 *
 * @param name the option as the user wrote it: `supervision.backoff.first`.
 * @throws TENON_OPTION_INVALID if the value is not a number in the range.
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
  throw optionInvalid(
    name,
    `expected ${kind} from ${range.least} to ${range.most}${orInfinity}, got ${describe(value)}`,
  );
}
