import { type Contract, describe } from "../contract/core.js";
import { optionInvalid, unknownName } from "../errors/factories/host-option.js";
import { nearest } from "../runtime/nearest.js";

/** What an option must be. `undefined` always means that the option was left out. */
export interface OptionCheck {
  readonly expected: string;
  fits(value: unknown): boolean;
}

export const anything: OptionCheck = { expected: "anything", fits: () => true };
export const anObject: OptionCheck = { expected: "an object", fits: isObject };
export const aBoolean: OptionCheck = { expected: "true or false", fits: (value) => typeof value === "boolean" };
export const aName: OptionCheck = {
  expected: "a string that is not empty",
  fits: (value) => typeof value === "string" && value !== "",
};
export const aNumber: OptionCheck = { expected: "a number", fits: Number.isFinite };
export const aLimit: OptionCheck = {
  expected: "a number of 0 or more",
  fits: (value) => typeof value === "number" && value >= 0,
};
/** A signal from this realm or another. */
export const aSignal: OptionCheck = {
  expected: "an AbortSignal",
  fits: (value) =>
    isObject(value) && "aborted" in value && typeof (value as AbortSignal).addEventListener === "function",
};
export const oneOf = (...values: readonly string[]): OptionCheck => ({
  expected: `one of ${values.map((value) => `"${value}"`).join(", ")}`,
  fits: (value) => values.includes(value as string),
});

/**
 * Checks options.
 *
 * @param owner for messages: what comes before an option's name (`limits.`), and what the options are called.
 * @throws TENON_OPTION_INVALID if an option does not exist or has a wrong value.
 */
export function checkOptions(
  given: unknown,
  checks: Readonly<Record<string, OptionCheck>>,
  owner: { readonly prefix?: string; readonly noun?: string; readonly subject?: string } = {},
): void {
  const { prefix = "", noun = "option", subject = "options" } = owner;
  if (given === undefined) return;
  if (!isObject(given)) throw optionInvalid(subject, `expected an object, got ${describe(given)}`);
  for (const [name, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) {
      const names = Object.keys(checks);
      throw unknownName(noun, prefix + name, names, nearest(name, names));
    }
    if (value !== undefined && !check.fits(value)) {
      throw optionInvalid(prefix + name, `expected ${check.expected}, got ${describe(value)}`);
    }
  }
}

/** @throws TENON_OPTION_INVALID unless the value is undefined or was made by `contract()` or a conversion. */
export function checkContract(given: unknown): asserts given is Contract | undefined {
  if (given === undefined) return;
  const { id, imports, exports, declarations } = (isObject(given) ? given : {}) as Partial<Contract>;
  if (typeof id === "string" && isObject(imports) && isObject(exports) && Array.isArray(declarations)) return;
  throw optionInvalid("contract", `expected a contract made by contract(), got ${describe(given)}`);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
