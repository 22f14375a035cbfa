import { contractNotAdaptable, valueNotAdaptable } from "../../errors/factories/contract.js";
import type { Contract, FunctionType, Type } from "../model/model.js";
import { type FunctionRelation, relateFunctions } from "./functions.js";
import { pairSignatures } from "./pairs.js";
import { relater } from "./relate.js";
import type { Adapt, Change, Relate } from "./relation.js";
import { sameResource } from "./resources.js";
import { rules } from "./rules.js";

/** How to convert the values of calls to one function. An absent part needs no conversion. */
export interface FunctionAdapter {
  /** Converts the caller's arguments to the callee's. They include neither a method's object nor a `Call`. */
  readonly parameters?: ((args: readonly unknown[]) => unknown[]) | undefined;
  /** Converts the result for the caller; of a `result`, its ok case. */
  readonly result?: ((value: unknown) => unknown) | undefined;
  /** Converts the payload of TENON_CALL_RESULT for the caller: the error case of a `result`. */
  readonly error?: ((payload: unknown) => unknown) | undefined;
}

/** One function that both contracts have. */
export interface AdaptedFunction {
  /** {@link Signature.path} in the host's and in the plugin's contract. The version of another package's interface may differ. */
  readonly host: string;
  readonly plugin: string;
  /** Absent if no value needs conversion. */
  readonly adapter: FunctionAdapter | undefined;
}

/**
 * Compiles the conversion of one value from the sender's type to the receiver's, as the verdict `adapts` promises. Returns
 * `undefined` if no value needs conversion. The compiled function expects a value that is valid for `from`, returns one that
 * is valid for `to`, and does not modify its argument.
 *
 * @throws TENON_CONTRACT_BREAKS if there is no such conversion. The compiled function throws TENON_VALUE_TYPE if it cannot
 * read the value because it is not valid for `from`.
 */
export function compileAdapter(from: Type, to: Type): ((value: unknown) => unknown) | undefined {
  const { changes, adapt } = relater()(from, to);
  expectUnbroken(changes, "a value");
  return guarded(adapt);
}

/**
 * Compiles the conversions for calls of one function. For an export, the host is the caller and the plugin the callee; for
 * an import, the reverse. Returns `undefined` if nothing needs conversion.
 *
 * @throws TENON_CONTRACT_BREAKS if the functions do not fit.
 */
export function adaptFunction(caller: FunctionType, callee: FunctionType): FunctionAdapter | undefined {
  return adapterOf(relateFunctions(caller, callee, "function", relater()), "a function");
}

/**
 * Compiles the conversions for all calls between a host and a plugin whose verdict is `fits` or `adapts`, by the host's
 * {@link Signature.path}. Leaves out functions that only one side has.
 *
 * @throws TENON_CONTRACT_BREAKS if a function that both sides have does not fit.
 */
export function adaptContract(
  host: Contract,
  plugin: Contract,
): { readonly exports: ReadonlyMap<string, AdaptedFunction>; readonly imports: ReadonlyMap<string, AdaptedFunction> } {
  const relate = relater(sameResource(host, plugin));
  return { exports: adaptItems(host, plugin, "exports", relate), imports: adaptItems(host, plugin, "imports", relate) };
}

function adaptItems(host: Contract, plugin: Contract, side: "exports" | "imports", relate: Relate) {
  const adapted = new Map<string, AdaptedFunction>();
  for (const pair of pairSignatures(host[side], plugin[side])) {
    const [caller, callee] = side === "exports" ? [pair.host, pair.plugin] : [pair.plugin, pair.host];
    const adapter = adapterOf(
      relateFunctions(caller.type, callee.type, caller.label, relate),
      `${side}.${pair.host.label}()`,
    );
    adapted.set(pair.host.path, { host: pair.host.path, plugin: pair.plugin.path, adapter });
  }
  return adapted;
}

function adapterOf(relation: FunctionRelation, subject: string): FunctionAdapter | undefined {
  expectUnbroken(relation.changes, subject);
  const { parameters, result, error } = relation;
  if (parameters === undefined && result === undefined && error === undefined) return undefined;
  return {
    parameters: guarded(parameters) as FunctionAdapter["parameters"],
    result: guarded(result),
    error: guarded(error),
  };
}

function expectUnbroken(changes: readonly Change[], subject: string): void {
  const broken = changes.find(({ rule }) => rules[rule].severity === "breaks");
  if (broken === undefined) return;
  throw contractNotAdaptable(subject, broken.path, rules[broken.rule].change, broken.fromText, broken.toText);
}

function guarded(adapt: Adapt | ((args: readonly unknown[]) => unknown[])): ((value: unknown) => unknown) | undefined {
  if (adapt === undefined) return undefined;
  return (value) => {
    try {
      return adapt(value as any);
    } catch (cause) {
      throw valueNotAdaptable(cause);
    }
  };
}
