import {
  answeredType,
  type Contract,
  describe,
  explain,
  type Signature,
  signatures,
  typeText,
} from "../contract/core.js";
import { pointOptionInvalid, unknownPointKey } from "../errors/factories/point.js";
import { nearest } from "../runtime/nearest.js";

/** A policy as the compiled calls use it. */
export interface Policy {
  readonly onFailure: "stop" | "skip" | "default";
  /** By {@link Signature.path}. */
  readonly defaults: ReadonlyMap<string, unknown>;
}

const policyOptions = ["onFailure", "default"];

/**
 * Reads the policy part of a point's options.
 *
 * @throws TENON_OPTION_INVALID for an unknown option, an unknown policy, and a default that is missing, belongs to no
 *   function, or does not have the type of the function's result.
 */
export function readPolicy(contract: Contract, given: unknown, others: readonly string[] = []): Policy {
  if (typeof given !== "object" || given === null)
    throw invalid(contract, "options", `expected an object, got ${describe(given)}`);
  const options = given as { readonly onFailure?: unknown; readonly default?: unknown };
  expectKeys(contract, "options", options, [...policyOptions, ...others]);
  const { onFailure = "stop" } = options;
  if (onFailure !== "stop" && onFailure !== "skip" && onFailure !== "default") {
    throw invalid(contract, "onFailure", `expected "stop", "skip" or "default", got ${describe(onFailure)}`);
  }
  if (onFailure === "default") return { onFailure, defaults: readDefaults(contract, options.default ?? {}) };
  if (options.default !== undefined)
    throw invalid(contract, "default", `needs onFailure: "default", got onFailure: "${onFailure}"`);
  return { onFailure, defaults: new Map() };
}

function readDefaults(contract: Contract, given: unknown): ReadonlyMap<string, unknown> {
  const functions = signatures(contract.exports).filter(({ kind }) => kind === "function");
  const defaults = new Map<string, unknown>();
  const top = expectObject(contract, "default", given);
  expectKeys(
    contract,
    "default",
    top,
    functions.map((each) => each.interface ?? each.name),
  );
  const groups = new Map<string, string[]>();
  for (const { interface: group, name } of functions) {
    if (group === undefined) continue;
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [name]);
    else known.push(name);
  }
  for (const [group, names] of groups) {
    expectKeys(contract, `default.${group}`, expectObject(contract, `default.${group}`, own(top, group) ?? {}), names);
  }
  for (const signature of functions) {
    const scope = signature.interface === undefined ? top : (own(top, signature.interface) as object | undefined);
    const value = scope === undefined ? undefined : own(scope, signature.name);
    expectDefault(contract, signature, value);
    defaults.set(signature.path, value);
  }
  return defaults;
}

function expectDefault(contract: Contract, { label, type }: Signature, value: unknown): void {
  const answered = answeredType(type.result);
  const option = `default.${label}`;
  if (answered === undefined) {
    if (value !== undefined) throw invalid(contract, option, `${label}() has no result, so it cannot have a default`);
    return;
  }
  const mismatch = explain(answered, value);
  if (mismatch === undefined) return;
  const what =
    value === undefined
      ? `is missing: ${label}() returns ${typeText(answered)}`
      : `expected ${mismatch.expected}, got ${mismatch.got}`;
  throw invalid(contract, `${option}${mismatch.path}`, what);
}

function expectObject(contract: Contract, option: string, value: unknown): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw invalid(contract, option, `expected an object with a value for each function, got ${describe(value)}`);
}

function expectKeys(contract: Contract, option: string, value: object, known: readonly string[]): void {
  const names = new Set(known);
  for (const key of Object.keys(value)) {
    if (names.has(key)) continue;
    throw unknownPointKey(contract.id, option, key, known, nearest(key, known));
  }
}

function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function invalid(contract: Contract, option: string, problem: string) {
  return pointOptionInvalid(contract.id, option, problem);
}
