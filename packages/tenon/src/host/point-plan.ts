import {
  answeredType,
  type Contract,
  camel,
  compileGuard,
  type Signature,
  type Type,
  typeMismatch,
} from "../contract/core.js";
import { errors, isTenonError } from "../errors/index.js";
import type { DirectCall } from "./point-direct.js";
import { type Members, tell } from "./point-members.js";
import type { Policy } from "./point-policy.js";
import type { PointMember, PointMode, PointOptions } from "./point-types.js";

type Call = (...parameters: any[]) => unknown;

/** What a failed plugin gives when the policy is to skip. */
export const skipped: unique symbol = Symbol("skipped");

/** One function, in one mode, over the plugins of a point as they are now. */
export interface Plan {
  readonly mode: PointMode;
  readonly sync: boolean;
  readonly arity: number;
  readonly signature: Signature;
  /** The short paths of the plugins' functions, in order. */
  readonly directs: readonly (DirectCall | undefined)[];
  /** Whether answers are collected: the function has a result. */
  readonly collects: boolean;
  /** The plugins that have the function, and their functions, in order. */
  readonly members: readonly PointMember[];
  readonly calls: readonly Call[];
  /** Whether `{tag: "none"}` is how this function says none. */
  readonly tagged: boolean;
  /** The version of the plugins that the plan was made for, and what tells whether it is still theirs. */
  readonly version: number;
  readonly current: { readonly version: number };
  /** Whether the plugin is still at the point. */
  present(index: number): boolean;
  /** Deals with a failure: throws, or gives what stands for the answer, or {@link skipped}. */
  failed(index: number, error: unknown, parameters: readonly unknown[]): unknown;
}

export interface PlanContext {
  readonly contract: Contract;
  readonly members: Members;
  readonly policy: Policy;
  readonly onMemberFailure: PointOptions["onMemberFailure"];
}

/** Why the mode makes no sense for the function, or `undefined` when it does. */
export function unsuited({ label, type }: Signature, mode: PointMode): string | undefined {
  const answered = answeredType(type.result);
  if (mode === "first" && answered === undefined)
    return `${label}() has no result, so no plugin can be the first that answers`;
  if (mode !== "waterfall") return undefined;
  const given = type.parameters[0]?.type;
  if (given === undefined || answered === undefined)
    return `${label}() needs a first parameter and a result to pass on what the last plugin gave`;
  return sameType(given, answered)
    ? undefined
    : `the result of ${label}() has not the type of its first parameter, so it cannot be passed on`;
}

/**
 * @throws TENON_OPTION_INVALID when the mode makes no sense, the dependency error under the policy `stop`, and
 *   TENON_SYNC_UNAVAILABLE when a plugin cannot be called synchronously.
 */
export function makePlan(context: PlanContext, signature: Signature, mode: PointMode, sync: boolean): Plan {
  const { contract, policy } = context;
  const reason = unsuited(signature, mode);
  if (reason !== undefined) {
    throw errors.TENON_OPTION_INVALID({
      message: `point ${contract.id}: ${mode}: ${reason}`,
      subject: signature.label,
    });
  }
  // Taken first: a listener that is told of a failure meanwhile may change the plugins again.
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
    throw unavailable(member, label, cause);
  }
  if (member.sync === undefined || member.sync === null) throw unavailable(member, label, undefined);
  return functions?.[name];
}

function unavailable(member: PointMember, label: string, cause: unknown) {
  return errors.TENON_SYNC_UNAVAILABLE({
    message: `plugin "${member.name}" cannot be called synchronously, so ${label}() cannot be for the whole point`,
    subject: member.name,
    cause,
    fix: { text: "Use the point's asynchronous functions, or open the plugin inline." },
  });
}

function absent(member: PointMember, { label }: Signature): Call {
  return () => {
    throw errors.TENON_SYMBOL_MISSING({ message: `plugin "${member.name}" has no ${label}()`, subject: member.name });
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
  // What every plugin refuses is the caller's mistake: no policy may hide it.
  if (isTenonError(error, "TENON_VALUE_TYPE")) expectParameters(signature, parameters);
  if (onMemberFailure !== undefined)
    tell(contract, () => onMemberFailure(member, error, { function: signature.label, mode }));
  if (policy.onFailure === "skip") return skipped;
  if (policy.onFailure === "default") return policy.defaults.get(signature.path);
  throw errors.TENON_POINT_FAILED({
    message: `point ${contract.id}: plugin "${member.name}" failed in ${signature.label}(): ${error instanceof Error || isTenonError(error) ? error.message : String(error)}`,
    subject: member.name,
    cause: error,
    ...(isTenonError(error) && error.pluginStack !== undefined ? { pluginStack: error.pluginStack } : {}),
  });
}

function expectParameters({ label, type }: Signature, given: readonly unknown[]): void {
  for (const [index, parameter] of type.parameters.entries()) {
    if (compileGuard(parameter.type)(given[index])) continue;
    throw typeMismatch(parameter.type, given[index], `${label}(): parameter "${camel(parameter.name)}"`);
  }
}

/**
 * Whether a value of one type is one of the other, unchanged. Named types are compared by identity: a contract declares
 * each of them once.
 */
function sameType(left: Type | undefined, right: Type | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined || left.kind !== right.kind) return false;
  const other: any = right;
  switch (left.kind) {
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
