import { errors } from "../../errors/index.js";
import type { Contract, FunctionType, Type } from "../model.js";
import { type FunctionRelation, relateFunctions } from "./functions.js";
import { pairSignatures } from "./pairs.js";
import { relater } from "./relate.js";
import type { Adapt, Change, Relate } from "./relation.js";
import { sameResource } from "./resources.js";
import { rules } from "./rules.js";

/** What the calls of one function need on their way. An absent part stays as it is. */
export interface FunctionAdapter {
  /** The callee's arguments from the caller's; a method's own object is not among them, nor is a `Call`. */
  readonly parameters?: ((args: readonly unknown[]) => unknown[]) | undefined;
  /** The answer that the caller gets; of a `result`, its ok case. */
  readonly result?: ((value: unknown) => unknown) | undefined;
  /** The payload that the caller gets with TENON_CALL_RESULT: the error case of a `result`. */
  readonly error?: ((payload: unknown) => unknown) | undefined;
}

/** One function that both contracts have. */
export interface AdaptedFunction {
  /** {@link Signature.path} in the host's contract, and in the plugin's; they differ in the version of a foreign interface. */
  readonly host: string;
  readonly plugin: string;
  /** Absent when every value stays as it is. */
  readonly adapter: FunctionAdapter | undefined;
}

/**
 * Compiles the conversion of one value from the sender's type to the receiver's: what the verdict `adapts` promises.
 * `undefined` means that every value stays as it is. The function made expects a value that is valid for `from`, gives one
 * that is valid for `to`, and changes nothing in place.
 *
 * @throws TENON_CONTRACT_BREAKS when there is no such conversion. The function made throws TENON_VALUE_TYPE when the value
 * is so far from `from` that it cannot be read.
 */
export function compileAdapter(from: Type, to: Type): ((value: unknown) => unknown) | undefined {
  const { changes, adapt } = relater()(from, to);
  expectUnbroken(changes, "a value");
  return guarded(adapt);
}

/**
 * Compiles what the calls of one function need on their way: for an export the host is the caller and the plugin the
 * callee, for an import the reverse. `undefined` means that everything stays as it is.
 *
 * @throws TENON_CONTRACT_BREAKS when the functions do not fit.
 */
export function adaptFunction(caller: FunctionType, callee: FunctionType): FunctionAdapter | undefined {
  return adapterOf(relateFunctions(caller, callee, "function", relater()), "a function");
}

/**
 * Compiles what every call between a host and a plugin needs, for contracts whose verdict is `fits` or `adapts`. By the
 * host's {@link Signature.path}; a function that only one side has is not among them.
 *
 * @throws TENON_CONTRACT_BREAKS when a function that both have does not fit.
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
  throw errors.TENON_CONTRACT_BREAKS({
    subject,
    message: `${subject} cannot be adapted${broken.path === "" ? "" : ` at ${broken.path}`}: ${rules[broken.rule].change} (${broken.fromText}, ${broken.toText})`,
  });
}

function guarded(adapt: Adapt | ((args: readonly unknown[]) => unknown[])): ((value: unknown) => unknown) | undefined {
  if (adapt === undefined) return undefined;
  return (value) => {
    try {
      return adapt(value as any);
    } catch (cause) {
      throw errors.TENON_VALUE_TYPE({ message: "a value does not have the type that it is adapted from", cause });
    }
  };
}
