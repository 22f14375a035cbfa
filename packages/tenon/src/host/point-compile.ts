import type { Plan } from "./point-plan.js";
import { callAll, Failed, goOn, goOnSync, settle, uncalled } from "./point-run.js";

export type PointCall = (...parameters: any[]) => any;

/** The part of a compiled call that changes with the plugins: see {@link compileEntry}. */
export interface Entry {
  /** The version of {@link Members} for which `run` was made. */
  version: number;
  run: PointCall;
}

/** Beyond this the generated source would cost more than the loop that it replaces. */
const mostUnrolled = 64;

const runtime = { Failed, goOn, goOnSync, settle };

// An engine shares compiled code, and what it learned of it, between functions of equal source. Each gets its own name,
// so that it learns only of its own plugins.
let compiled = 0;
const sourceName = () => `\n//# sourceURL=tenon:point/${++compiled}`;

/**
 * The function that users hold: the same for ever, with the contract's number of parameters. It has `run` made anew when
 * the plugins have changed.
 *
 * @param renew makes `run`, and gives back the error where that fails.
 */
export function compileEntry(entry: Entry, members: { readonly version: number }, arity: number, sync: boolean, renew: () => unknown, excess: (count: number) => unknown): PointCall {
  const list = names(arity).join(", ");
  const fail = (error: string) => (sync ? `throw ${error};` : `return Promise.reject(${error});`);
  return evaluate(
    `const { entry, members, renew, excess } = context;
return function (${list}) {
  if (arguments.length > ${arity}) { ${fail("excess(arguments.length)")} }
  if (entry.version !== members.version) {
    const error = renew();
    if (error !== undefined) { ${fail("error")} }
  }
  return entry.run(${list});
};`,
    { entry, members, renew, excess },
  ) as PointCall;
}

/**
 * Compiles a plan to straight code: one call after the other, no loop, no array of functions, and no promise as long as
 * every plugin answers at once. At the first failure, and the first promise, it hands over to `point-run.ts`.
 */
export function compilePlan(plan: Plan): PointCall {
  if (plan.calls.length > mostUnrolled) return looped(plan);
  const body = plan.mode === "parallel" ? parallel(plan) : plan.mode === "series" ? series(plan) : plan.mode === "first" ? first(plan) : waterfall(plan);
  const source = `const { Failed, goOn, goOnSync, settle } = runtime;
const { plan, plan: { calls: [${plan.calls.map((_, index) => `f${index}`).join(", ")}] } } = context;
return function (${names(plan.arity).join(", ")}) {
${body}
};`;
  return evaluate(source, { plan }) as PointCall;
}

function looped(plan: Plan): PointCall {
  const { arity } = plan;
  const pad = (parameters: unknown[]) => Array.from({ length: arity }, (_, index) => parameters[index]);
  if (plan.mode === "parallel") return (...parameters) => callAll(plan, pad(parameters));
  const begin = plan.sync ? goOnSync : goOn;
  return (...parameters) => begin(plan, pad(parameters), 0, uncalled, []);
}

function series(plan: Plan): string {
  const list = names(plan.arity).join(", ");
  const values = plan.collects ? plan.calls.map((_, index) => `v${index}`) : [];
  const before = (index: number) => `[${values.slice(0, index).join(", ")}]`;
  const steps = plan.calls.map((_, index) => {
    const value = plan.collects ? `v${index}` : "v";
    return `    ${value} = f${index}(${list});${pending(plan, value, `[${list}]`, index, before(index))} at = ${index + 1};`;
  });
  return attempt(plan, steps, plan.collects ? values : ["v"], `[${list}]`, `[${values.join(", ")}].slice(0, at)`, plan.collects ? `[${values.join(", ")}]` : "");
}

function first(plan: Plan): string {
  const list = names(plan.arity).join(", ");
  const answers = plan.tagged ? `v !== undefined && v.tag !== "none"` : "v !== undefined";
  const steps = plan.calls.map((_, index) => {
    const check = pending(plan, "v", `[${list}]`, index, "[]");
    return `    v = f${index}(${list}); if (${answers}) {${check} return ${done(plan, "v")}; } at = ${index + 1};`;
  });
  return attempt(plan, steps, ["v"], `[${list}]`, "[]", "");
}

function waterfall(plan: Plan): string {
  const rest = names(plan.arity).slice(1);
  const list = ["p0", ...rest].join(", ");
  const steps = plan.calls.map((_, index) => {
    const check = pending(plan, "v", `[${list}]`, index, "[]");
    return `    v = f${index}(${list});${check} p0 = v; at = ${index + 1};`;
  });
  return attempt(plan, steps, ["v"], `[${list}]`, "[]", "p0");
}

function parallel(plan: Plan): string {
  const list = names(plan.arity).join(", ");
  const values = plan.calls.map((_, index) => `v${index}`);
  const steps = values.map(
    (value, index) => `  try { ${value} = f${index}(${list}); if (${isPending(value)}) slow = true; } catch (error) { ${value} = new Failed(error); slow = true; }`,
  );
  return `  let slow = false${values.map((value) => `, ${value}`).join("")};
${steps.join("\n")}
  if (slow) return settle(plan, [${list}], [${values.join(", ")}]);
  return Promise.resolve(${plan.collects ? `[${values.join(", ")}]` : ""});`;
}

function attempt(plan: Plan, steps: readonly string[], variables: readonly string[], parameters: string, results: string, end: string): string {
  const last = `return ${done(plan, end)};`;
  if (steps.length === 0) return `  ${last}`;
  return `  let at = 0, ${variables.join(", ")};
  try {
${steps.join("\n")}
  } catch (error) {
    return ${plan.sync ? "goOnSync" : "goOn"}(plan, ${parameters}, at, new Failed(error), ${results});
  }
  ${last}`;
}

function done(plan: Plan, value: string): string {
  return plan.sync ? value : `Promise.resolve(${value})`;
}

function pending(plan: Plan, value: string, parameters: string, index: number, results: string): string {
  return plan.sync ? "" : ` if (${isPending(value)}) return goOn(plan, ${parameters}, ${index}, ${value}, ${results});`;
}

function isPending(value: string): string {
  return `typeof ${value} === "object" && ${value} !== null && typeof ${value}.then === "function"`;
}

function names(arity: number): string[] {
  return Array.from({ length: arity }, (_, index) => `p${index}`);
}

// The source is made of counts alone; no name or value of a contract or plugin enters it.
function evaluate(source: string, context: object): unknown {
  return new Function("runtime", "context", `"use strict";\n${source}${sourceName()}`)(runtime, context);
}
