import {
  answeredType,
  type Contract,
  camel,
  compileGuard,
  type Signature,
  type Type,
  typeMismatch,
} from "../contract/core.js";
import { memberFunctionMissing, memberNotSynchronous, modeUnsuited, pointFailed } from "../errors/factories/point.js";
import { isTenonError } from "../errors/index.js";
import type { DirectCall } from "./point-direct.js";
import { callListener, type Members } from "./point-members.js";
import type { Policy } from "./point-policy.js";
import type { PointMember, PointMode, PointOptions } from "./point-types.js";

type Call = (...parameters: any[]) => unknown;

/** The result of a failed plugin if the policy is to skip it. */
export const skipped: unique symbol = Symbol("skipped");

/** One function, in one mode, over the plugins of a point as they are now. */
export interface Plan {
  readonly mode: PointMode;
  readonly sync: boolean;
  readonly arity: number;
  readonly signature: Signature;
  /** The short paths of the plugins' functions, in order. */
  readonly directs: readonly (DirectCall | undefined)[];
  /** Whether results are collected: the function has one. */
  readonly collects: boolean;
  /** The plugins that have the function, and their functions, in order. */
  readonly members: readonly PointMember[];
  readonly calls: readonly Call[];
  /** Whether this function returns `{tag: "none"}` for none. */
  readonly tagged: boolean;
  /** The version of the plugins that the plan was made for, and where to read the current one. */
  readonly version: number;
  readonly current: { readonly version: number };
  /** Whether the plugin is still at the point. */
  present(index: number): boolean;
  /** Handles a failure: throws, or returns the default result, or {@link skipped}. */
  failed(index: number, error: unknown, parameters: readonly unknown[]): unknown;
}

export interface PlanContext {
  readonly contract: Contract;
  readonly members: Members;
  readonly policy: Policy;
  readonly onMemberFailure: PointOptions["onMemberFailure"];
}

/** Why the mode makes no sense for the function, or `undefined` if it does. */
export function unsuited({ type }: Signature, mode: PointMode): string | undefined {
  const answered = answeredType(type.result);
  if (mode === "first" && answered === undefined)
    return "it has no result, so no plugin can be the first to return one";
  if (mode !== "waterfall") return undefined;
  const given = type.parameters[0]?.type;
  if (given === undefined || answered === undefined)
    return "a waterfall passes each result on as the first parameter, and it lacks a parameter or a result";
  return sameType(given, answered)
    ? undefined
    : "a waterfall passes each result on as the first parameter, and the two have different types";
}

/**
 * @throws TENON_OPTION_INVALID if the mode makes no sense; the dependency error under the policy `stop`;
 *   TENON_SYNC_UNAVAILABLE if a plugin cannot be called synchronously.
 */
export function makePlan(context: PlanContext, signature: Signature, mode: PointMode, sync: boolean): Plan {
  const { contract, policy } = context;
  const reason = unsuited(signature, mode);
  if (reason !== undefined) throw modeUnsuited(contract.id, mode, signature.label, reason);
  // Read first: a listener that is called for a failure may change the plugins again.
  const { version } = context.members;
  const { ordered, leftOut } = context.members.arrangement;
  if (policy.onFailure === "stop") for (const error of leftOut.values()) throw error;
  const members: PointMember[] = [];
  const calls: Call[] = [];
  const directs: (DirectCall | undefined)[] = [];
  for (const member of ordered) {
    const call = sync ? synchronous(member, signature) : member.callable(signature.path);
    if (call === undefined && signature.type.optional) continue;
    members.push(member);
    calls.push(call ?? absent(member, signature));
    directs.push(call === undefined ? undefined : member.direct?.(signature.path));
  }
  const answered = answeredType(signature.type.result);
  const report = { signature, mode, context, members };
  return {
    mode,
    sync,
    arity: signature.type.parameters.length,
    signature,
    directs,
    collects: answered !== undefined,
    members,
    calls,
    tagged: answered?.kind === "option" && answered.some.kind === "option",
    version,
    current: context.members,
    present: (index) => context.members.has(members[index]!),
    failed: (index, error, parameters) => fail(report, members[index]!, error, parameters),
  };
}

function synchronous(member: PointMember, { interface: group, name, label }: Signature): Call | undefined {
  let functions: any;
  try {
    functions = group === undefined ? member.sync : member.sync?.[group];
  } catch (cause) {
    throw memberNotSynchronous(member.name, label, cause);
  }
  if (member.sync === undefined || member.sync === null) throw memberNotSynchronous(member.name, label, undefined);
  return functions?.[name];
}

function absent(member: PointMember, { label }: Signature): Call {
  return () => {
    throw memberFunctionMissing(member.name, label);
  };
}

interface Report {
  readonly signature: Signature;
  readonly mode: PointMode;
  readonly context: PlanContext;
}

function fail(
  { signature, mode, context }: Report,
  member: PointMember,
  error: unknown,
  parameters: readonly unknown[],
): unknown {
  const { contract, policy, onMemberFailure } = context;
  // A plugin that had never run has just started: only now is it known that it does not implement this function.
  if (signature.type.optional && isTenonError(error, "TENON_SYMBOL_MISSING")) return skipped;
  // Parameters that do not fit are the caller's mistake: no policy may hide it.
  if (isTenonError(error, "TENON_VALUE_TYPE")) expectParameters(signature, parameters);
  if (onMemberFailure !== undefined)
    callListener(contract, () => onMemberFailure(member, error, { function: signature.label, mode }));
  if (policy.onFailure === "skip") return skipped;
  if (policy.onFailure === "default") return policy.defaults.get(signature.path);
  throw pointFailed(contract.id, member.name, signature.label, error);
}

function expectParameters({ label, type }: Signature, given: readonly unknown[]): void {
  for (const [index, parameter] of type.parameters.entries()) {
    if (compileGuard(parameter.type)(given[index])) continue;
    throw typeMismatch(parameter.type, given[index], `${label}(): parameter "${camel(parameter.name)}"`);
  }
}

/**
 * Whether a value of one type is also a value of the other. Named types are compared by identity, because a contract
 * declares each of them once.
 */
function sameType(left: Type | undefined, right: Type | undefined): boolean {
  if (left === right) return true;
  if (left?.kind === "recursive") return sameType(left.target, right);
  if (right?.kind === "recursive") return sameType(left, right.target);
  if (left === undefined || right === undefined || left.kind !== right.kind) return false;
  const other: any = right;
  switch (left.kind) {
    case "map":
      return sameType(left.key, other.key) && sameType(left.value, other.value);
    case "list":
    case "stream":
      return sameType(left.element, other.element);
    case "option":
      return sameType(left.some, other.some);
    case "result":
      return sameType(left.ok, other.ok) && sameType(left.err, other.err);
    case "tuple":
      return (
        left.items.length === other.items.length &&
        left.items.every((item, index) => sameType(item, other.items[index]))
      );
    case "future":
      return sameType(left.value, other.value);
    case "own":
    case "borrow":
      return left.resource === other.resource;
    case "record":
    case "variant":
    case "enum":
    case "flags":
      return false;
    default:
      return true;
  }
}
