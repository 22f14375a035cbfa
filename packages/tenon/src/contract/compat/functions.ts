import type { FunctionType, Parameter, Type } from "../model/model.js";
import { camel } from "../model/names.js";
import { needsRelease, noneOf, relatePayloads } from "./payload.js";
import { type Adapt, type Change, change, type Relate, type Relation, within } from "./relation.js";
import { absent, functionText, typeText } from "./text.js";

/** How calls of one function type map to another: parameters in one direction, the result in the other. */
export interface FunctionRelation {
  readonly changes: readonly Change[];
  readonly parameters: ((args: readonly unknown[]) => unknown[]) | undefined;
  readonly result: Adapt;
  /** For the payload of a `result`'s error case. */
  readonly error: Adapt;
}

/** Relates the function that the caller calls to the one that the callee implements. @param name for messages. */
export function relateFunctions(
  caller: FunctionType,
  callee: FunctionType,
  name: string,
  relate: Relate,
): FunctionRelation {
  if (caller === callee) return { changes: [], parameters: undefined, result: undefined, error: undefined };
  const whole: Change[] = [];
  const texts = { path: "()", name, from: functionText(caller), to: functionText(callee) };
  if (!caller.optional && callee.optional) whole.push(change("function-optional", texts));
  if (!caller.async && callee.async) whole.push(change("async-callee", texts));
  if (caller.async && !callee.async) whole.push(change("async-caller", texts));
  const parameters = relateParameters(caller, callee, relate);
  const answer = relateAnswers(callee, caller, relate);
  const reversed = answer.changes.map((item) => ({ ...item, reversed: true }));
  return {
    changes: [...whole, ...parameters.changes, ...reversed],
    parameters: parameters.adapt as FunctionRelation["parameters"],
    result: answer.result,
    error: answer.error,
  };
}

function relateParameters(caller: FunctionType, callee: FunctionType, relate: Relate): Relation {
  const moved = movedParameter(caller, callee);
  if (moved !== undefined) {
    const facts = {
      path: `(): parameter "${camel(moved)}"`,
      name: camel(moved),
      from: functionText(caller),
      to: functionText(callee),
    };
    return { changes: [change("parameters-reordered", facts)], adapt: undefined };
  }
  const changes: Change[] = [];
  const given = caller.parameters.length;
  const shared = Math.min(given, callee.parameters.length);
  const adapts: Adapt[] = [];
  for (let index = 0; index < shared; index++) {
    const from = caller.parameters[index]!;
    const to = callee.parameters[index]!;
    if (from.name !== to.name)
      changes.push(
        change("parameter-renamed", { path: parameterPath(from), name: to.name, from: from.name, to: to.name }),
      );
    const relation = relate(from.type, to.type);
    changes.push(...within(parameterPath(from), relation.changes));
    adapts.push(relation.adapt);
  }
  for (const extra of caller.parameters.slice(shared)) {
    const rule = needsRelease(extra.type)
      ? "held-dropped"
      : extra.type.kind === "option"
        ? "parameter-dropped"
        : "parameter-lost";
    changes.push(change(rule, { path: parameterPath(extra), name: camel(extra.name), from: text(extra), to: absent }));
  }
  for (const extra of callee.parameters.slice(shared)) {
    const rule = extra.type.kind === "option" ? "parameter-none" : "parameter-missing";
    changes.push(change(rule, { path: parameterPath(extra), name: camel(extra.name), from: absent, to: text(extra) }));
    const none = noneOf(extra.type);
    adapts.push(() => none);
  }
  if (given === callee.parameters.length && adapts.every((adapt) => adapt === undefined))
    return { changes, adapt: undefined };
  return {
    changes,
    adapt: (args: readonly unknown[]) =>
      adapts.map((adapt, index) => (adapt === undefined ? args[index] : adapt(args[index]))),
  };
}

/** Returns a name that both lists have, at different positions. */
function movedParameter(caller: FunctionType, callee: FunctionType): string | undefined {
  const positions = new Map(callee.parameters.map(({ name }, index) => [name, index]));
  return caller.parameters.find(({ name }, index) => (positions.get(name) ?? index) !== index)?.name;
}

function relateAnswers(
  from: FunctionType,
  to: FunctionType,
  relate: Relate,
): { changes: readonly Change[]; result: Adapt; error: Adapt } {
  const sent = from.result;
  const expected = to.result;
  if (sent?.kind === "result" && expected?.kind === "result") {
    const ok = relateAnswered(sent.ok, expected.ok, relate);
    const err = relatePayloads(sent.err, expected.err, relate);
    return {
      changes: [...within("(): result", ok.changes), ...within("(): error", err.changes)],
      result: ok.adapt,
      error: err.adapt,
    };
  }
  const facts = {
    path: "(): result",
    from: sent === undefined ? absent : typeText(sent),
    to: expected === undefined ? absent : typeText(expected),
  };
  if (sent?.kind === "result")
    return { changes: [change("result-fallible", facts)], result: undefined, error: undefined };
  if (expected?.kind === "result") {
    const ok = relateAnswered(sent, expected.ok, relate);
    return {
      changes: [change("result-infallible", facts), ...within("(): result", ok.changes)],
      result: ok.adapt,
      error: undefined,
    };
  }
  const relation = relateAnswered(sent, expected, relate);
  return { changes: within("(): result", relation.changes), result: relation.adapt, error: undefined };
}

/** Relates results. A future as a result is the promise of the call itself, so it may already be awaited. */
function relateAnswered(from: Type | undefined, to: Type | undefined, relate: Relate): Relation {
  if (from?.kind !== "future" || to?.kind !== "future") return relatePayloads(from, to, relate, "result");
  const { changes, adapt } = relateAnswered(from.value, to.value, relate);
  if (adapt === undefined) return { changes, adapt };
  return { changes, adapt: (value: unknown) => (isPromise(value) ? value.then(adapt) : adapt(value)) };
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

function parameterPath(parameter: Parameter): string {
  return `(): parameter "${camel(parameter.name)}"`;
}

function text(parameter: Parameter): string {
  return `${parameter.name}: ${typeText(parameter.type)}`;
}
