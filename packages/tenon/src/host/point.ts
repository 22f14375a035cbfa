import { type Contract, describe, type Signature, signatures } from "../contract/core.js";
import { tooManyParameters } from "../errors/factories/host-call.js";
import { pointOptionInvalid } from "../errors/factories/point.js";
import { compileEntry, type Entry, type PointCall, runPlan } from "./point-compile.js";
import { Members } from "./point-members.js";
import { makePlan, type PlanContext } from "./point-plan.js";
import { readPolicy } from "./point-policy.js";
import type { FailurePolicy, Point, PointCalls, PointMember, PointMode, PointOptions } from "./point-types.js";

export type * from "./point-types.js";

/**
 * Makes an extension point for a contract, without any plugins yet.
 *
 * ```ts
 * const point = createPoint(formatter, { onFailure: "skip", onMemberFailure: (plugin, error) => console.warn(plugin.name, error) });
 * point.add(await open("plugins/upper.js", formatter));
 * await point.waterfall.format("some text");
 * ```
 *
 * @throws TENON_OPTION_INVALID if an option does not exist, or a default is missing or has the wrong type.
 */
export function createPoint<C extends Contract<any, any>>(
  contract: C,
  options: PointOptions<C> = {} as PointOptions<C>,
): Point<C> {
  return createWatchedPoint(contract, options).point;
}

/** Makes an extension point, and returns its plugins as well: every function of the point refers to them, and not to it. */
export function createWatchedPoint<C extends Contract<any, any>>(
  contract: C,
  options: PointOptions<C>,
): { readonly point: Point<C>; readonly members: Members } {
  const policy = readPolicy(contract, options, ["onMemberFailure"]);
  const { onMemberFailure } = options;
  if (onMemberFailure !== undefined && typeof onMemberFailure !== "function") {
    throw pointOptionInvalid(contract.id, "onMemberFailure", `expected a function, got ${describe(onMemberFailure)}`);
  }
  const members = new Members(contract, onMemberFailure);
  const list = signatures(contract.exports).filter(({ kind }) => kind === "function");
  const context: PlanContext = { contract, members, policy, onMemberFailure };
  const point: Point<C> = Object.freeze({
    ...calls<C>(context, list),
    contract,
    get members() {
      return Object.freeze([...members.arrangement.ordered]);
    },
    get problems() {
      return Object.freeze([...members.arrangement.leftOut.values()]);
    },
    with: (given: FailurePolicy<C>) => calls<C>({ ...context, policy: readPolicy(contract, given) }, list),
    add: (member: PointMember) => members.add(member),
    remove: (member: PointMember) => members.remove(member),
    refresh: () => members.refresh(),
  });
  return { point, members };
}

function calls<C extends Contract<any, any>>(context: PlanContext, list: readonly Signature[]): PointCalls<C> {
  const group = (mode: PointMode, sync: boolean) =>
    functions(list, (signature) => entry(context, signature, mode, sync));
  return Object.freeze({
    series: group("series", false),
    parallel: group("parallel", false),
    first: group("first", false),
    waterfall: group("waterfall", false),
    sync: Object.freeze({
      series: group("series", true),
      first: group("first", true),
      waterfall: group("waterfall", true),
    }),
  }) as PointCalls<C>;
}

/**
 * An object of functions, each made on first use. The getters are on the prototype and their results on the object itself,
 * so that later reads are reads of a plain property.
 */
function functions(list: readonly Signature[], make: (signature: Signature) => PointCall): object {
  const groups = new Map<string | undefined, Signature[]>([[undefined, []]]);
  for (const each of list) {
    const known = groups.get(each.interface);
    if (known === undefined) groups.set(each.interface, [each]);
    else known.push(each);
  }
  const top = lazyObject((groups.get(undefined) ?? []).map((each) => [each.name, () => make(each)]));
  for (const [group, members] of groups) {
    if (group === undefined) continue;
    Object.defineProperty(top, group, {
      value: lazyObject(members.map((each) => [each.name, () => make(each)])),
      enumerable: true,
    });
  }
  return top;
}

function lazyObject(entries: readonly (readonly [string, () => unknown])[]): object {
  const prototype = {};
  const object = Object.create(prototype) as object;
  for (const [name, make] of entries) lazily(prototype, object, name, make);
  return object;
}

function lazily(prototype: object, object: object, name: string, make: () => unknown): void {
  Object.defineProperty(prototype, name, {
    enumerable: true,
    get: () => {
      const value = make();
      Object.defineProperty(object, name, { value, enumerable: true });
      return value;
    },
  });
}

/** One function in one mode, compiled when it is first called, and again after each change of the plugins. */
function entry(context: PlanContext, signature: Signature, mode: PointMode, sync: boolean): PointCall {
  const { members } = context;
  const arity = signature.type.parameters.length;
  const made: Entry = { version: -1, run: () => undefined };
  let plans = 0;
  const renew = (): unknown => {
    try {
      const plan = makePlan(context, signature, mode, sync);
      made.run = runPlan(plan, plans++, (run) => {
        if (made.version === plan.version) made.run = run;
      });
      made.version = plan.version;
      return undefined;
    } catch (error) {
      return error;
    }
  };
  const excess = (count: number) => tooManyParameters(signature.label, arity, count);
  return compileEntry(made, members, arity, sync, renew, excess);
}
