import { type Plan, skipped } from "./point-plan.js";

/** What a plugin's function threw, kept as a value until it is handled. */
export class Failed {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** The outcome of a plugin that was not called yet. */
export const uncalled: unique symbol = Symbol("uncalled");

/**
 * Continues a call in one of the modes that call one plugin after the other. The compiled calls (`point-compile.ts`) hand
 * over here when a plugin fails or returns a promise; a point with very many plugins starts here.
 *
 * @param parameters the call's parameters; a waterfall changes the first.
 * @param index the plugin at which the compiled call stopped.
 * @param outcome the outcome of that plugin: a promise, {@link Failed}, a value, or {@link uncalled}.
 * @param results the results of the plugins before it.
 */
export async function goOn(
  plan: Plan,
  parameters: unknown[],
  index: number,
  outcome: unknown,
  results: unknown[],
): Promise<unknown> {
  for (let at = index; at < plan.calls.length; at++) {
    let value = at === index ? outcome : uncalled;
    try {
      if (value instanceof Failed) throw value.error;
      if (value === uncalled) {
        if (!plan.present(at)) continue;
        value = plan.calls[at]!(...parameters);
      }
      if (isPending(value)) value = await value;
    } catch (error) {
      value = plan.failed(at, error, parameters);
      if (value === skipped) continue;
    }
    if (takes(plan, parameters, results, value)) return value;
  }
  return finalResult(plan, parameters, results);
}

/** Does the same for plugins that do not return promises. */
export function goOnSync(
  plan: Plan,
  parameters: unknown[],
  index: number,
  outcome: unknown,
  results: unknown[],
): unknown {
  for (let at = index; at < plan.calls.length; at++) {
    let value = at === index ? outcome : uncalled;
    try {
      if (value instanceof Failed) throw value.error;
      if (value === uncalled) {
        if (!plan.present(at)) continue;
        value = plan.calls[at]!(...parameters);
      }
    } catch (error) {
      value = plan.failed(at, error, parameters);
      if (value === skipped) continue;
    }
    if (takes(plan, parameters, results, value)) return value;
  }
  return finalResult(plan, parameters, results);
}

/** Calls all plugins; an exception is the outcome of one plugin and does not stop the others. */
export function callAll(plan: Plan, parameters: unknown[]): Promise<unknown> {
  return settle(
    plan,
    parameters,
    plan.calls.map((call) => {
      try {
        return call(...parameters);
      } catch (error) {
        return new Failed(error);
      }
    }),
  );
}

/**
 * Waits for all outcomes, then handles the failures in order. Under the policy `stop`, throws the first one after the
 * others have been reported too.
 */
export async function settle(
  plan: Plan,
  parameters: readonly unknown[],
  outcomes: readonly unknown[],
): Promise<unknown> {
  const settled = await Promise.allSettled(outcomes);
  const results: unknown[] = [];
  let stop: Failed | undefined;
  for (const [index, outcome] of settled.entries()) {
    let value: unknown;
    if (outcome.status === "fulfilled" && !(outcome.value instanceof Failed)) value = outcome.value;
    else {
      try {
        value = plan.failed(
          index,
          outcome.status === "rejected" ? outcome.reason : (outcome.value as Failed).error,
          parameters,
        );
      } catch (error) {
        stop ??= new Failed(error);
      }
    }
    if (value !== skipped) results.push(value);
  }
  if (stop !== undefined) throw stop.error;
  return plan.collects ? results : undefined;
}

/** Handles one result. Returns whether it ends the call. */
function takes(plan: Plan, parameters: unknown[], results: unknown[], value: unknown): boolean {
  if (plan.mode === "first") return answers(plan, value);
  if (plan.mode === "waterfall") parameters[0] = value;
  else if (plan.collects) results.push(value);
  return false;
}

function answers(plan: Plan, value: unknown): boolean {
  return value !== undefined && !(plan.tagged && (value as { readonly tag?: unknown }).tag === "none");
}

function finalResult(plan: Plan, parameters: readonly unknown[], results: unknown[]): unknown {
  if (plan.mode === "waterfall") return parameters[0];
  return plan.mode === "series" && plan.collects ? results : undefined;
}

function isPending(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
