import { generatedFunction } from "../contract/validate/generated-function.js";
import { type CallSource, checkedCalls, directCalls } from "./point-direct.js";
import type { Plan } from "./point-plan.js";
import { callAll, Failed, goOn, goOnSync, settle, uncalled } from "./point-run.js";

export type PointCall = (...parameters: any[]) => any;

/** The part of a compiled call that changes when the plugins change: see {@link compileEntry}. */
export interface Entry {
  /** The version of {@link Members} for which `run` was made. */
  version: number;
  run: PointCall;
}

/**
 * How many plans of one function are compiled at once. Later ones are called a few times before: where plugins come and go,
 * compiling would cost more than the calls.
 */
const compiledAtOnce = 8;
const uncompiledCalls = 4;

/** With more plugins than this, the generated source costs more than the loop that it replaces. */
const mostUnrolled = 64;

const runtime = { Failed, uncalled, goOn, goOnSync, settle };

// V8 shares compiled code and its type feedback between functions of equal source. Each function gets its own name, so
// that the feedback is about its own plugins only.
let compiled = 0;
const sourceName = () => `\n//# sourceURL=tenon:point/${++compiled}`;

/**
 * Compiles the function that users hold. It never changes, and has the contract's number of parameters. It makes `run`
 * again after the plugins have changed.
 *
 * @param renew makes `run`, and returns the error if that fails.
 */
export function compileEntry(
  entry: Entry,
  members: { readonly version: number },
  arity: number,
  sync: boolean,
  renew: () => unknown,
  excess: (count: number) => unknown,
): PointCall {
  const list = names(arity).join(", ");
  const fail = (error: string) => (sync ? `throw ${error};` : `return Promise.reject(${error});`);
  const compiled = evaluate(
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
  ) as PointCall | undefined;
  return compiled ?? closureEntry(entry, members, arity, sync, renew, excess);
}

/** What {@link compileEntry} compiles, for processes that may not generate code. */
function closureEntry(
  entry: Entry,
  members: { readonly version: number },
  arity: number,
  sync: boolean,
  renew: () => unknown,
  excess: (count: number) => unknown,
): PointCall {
  const fail = (error: unknown): unknown => {
    if (sync) throw error;
    return Promise.reject(error);
  };
  const made = (...given: unknown[]): unknown => {
    if (given.length > arity) return fail(excess(given.length));
    if (entry.version !== members.version) {
      const error = renew();
      if (error !== undefined) return fail(error);
    }
    return entry.run(...given);
  };
  return Object.defineProperty(made, "length", { value: arity });
}

/**
 * Returns the function that runs a plan.
 *
 * @param before how many plans the function had before.
 * @param compiled takes the function that is to run from then on.
 */
export function runPlan(plan: Plan, before: number, compiled: (run: PointCall) => void): PointCall {
  if (plan.calls.length > mostUnrolled) return looped(plan);
  if (before < compiledAtOnce) return compilePlan(plan);
  const loop = looped(plan);
  let calls = 0;
  return (...parameters) => {
    if (++calls !== uncompiledCalls) return loop(...parameters);
    const run = compilePlan(plan);
    compiled(run);
    return run(...parameters);
  };
}

/**
 * Compiles a plan to straight-line code: one call after the other, no loop, no array of functions, and no promise as long
 * as no plugin returns one. From the first promise on, `later` does the same and waits. Both hand over to `point-run.ts`
 * at the first failure; `later` also does if the plugins have changed meanwhile.
 */
export function compilePlan(plan: Plan): PointCall {
  const list = names(plan.arity).join(", ");
  const calls = directCalls(plan.signature, plan.directs, list, plan.sync) ?? checkedCalls(list);
  const source = `const { Failed, uncalled, goOn, goOnSync, settle } = runtime;
const { plan, checked, odd, links, plan: { current, version, directs: direct, calls: [${plan.calls.map((_, index) => `f${index}`).join(", ")}] } } = context;
${calls.declarations}
${plan.mode === "parallel" ? parallel(plan, calls) : sequence(plan, calls)}`;
  const context = { plan, checked: looped(plan), odd: calls.odd, links: calls.links };
  return (evaluate(source, context) as PointCall | undefined) ?? looped(plan);
}

function looped(plan: Plan): PointCall {
  const { arity } = plan;
  const pad = (parameters: unknown[]) => Array.from({ length: arity }, (_, index) => parameters[index]);
  if (plan.mode === "parallel") return (...parameters) => callAll(plan, pad(parameters));
  const begin = plan.sync ? goOnSync : goOn;
  return (...parameters) => begin(plan, pad(parameters), 0, uncalled, []);
}

/** How each mode handles the result `v` of plugin `index`, and what it returns in the end. */
function parts(plan: Plan) {
  const list = names(plan.arity).join(", ");
  const answers = plan.tagged ? `v !== undefined && v.tag !== "none"` : "v !== undefined";
  switch (plan.mode) {
    case "first":
      return { list, answers, end: "", variables: "" };
    case "waterfall":
      return { list, answers, end: "p0", variables: "" };
    default: {
      const values = plan.collects ? plan.calls.map((_, index) => `v${index}`) : [];
      return {
        list,
        answers,
        end: plan.collects ? `[${values.join(", ")}]` : "",
        variables: values.map((value) => `, ${value}`).join(""),
      };
    }
  }
}

function sequence(plan: Plan, calls: CallSource): string {
  const { list, answers, end, variables } = parts(plan);
  const collects = plan.mode === "series" && plan.collects;
  // Made with its full length, so that it never grows.
  const before = (count: number) =>
    collects ? `[${plan.calls.map((_, index) => (index < count ? `v${index}` : "undefined")).join(", ")}]` : "none";
  const give = (value: string) => (plan.sync ? `return ${value};` : `return Promise.resolve(${value});`);
  const steps = plan.calls.map((_, index) => {
    const wait = plan.sync
      ? ""
      : ` if (${isPending("v")}) return later(${[list, index, "v", before(index)].filter((each) => each !== "").join(", ")});`;
    const take =
      plan.mode === "first"
        ? `if (${answers}) {${wait} ${give("v")} }`
        : `${wait} ${plan.mode === "waterfall" ? "p0 = v;" : collects ? `v${index} = v;` : ""}`;
    return `    ${calls.call(index, "v")} ${take} at = ${index + 1};`;
  });
  return `const none = [];
${plan.sync ? "" : later(plan)}
return function (${list}) {
${calls.entry}  let at = 0, v${variables}${calls.variables};
  try {
${steps.join("\n")}
  } catch (error) {
    return ${plan.sync ? "goOnSync" : "goOn"}(plan, [${list}], at, new Failed(${calls.thrown("at")}), ${collects ? `${end}.slice(0, at)` : "[]"});
  }
  ${give(end)}
};`;
}

function later(plan: Plan): string {
  const { list, answers } = parts(plan);
  const collects = plan.mode === "series" && plan.collects;
  const steps = plan.calls.map((_, index) => {
    const next = index + 1;
    const take =
      plan.mode === "first"
        ? `if (${answers}) return v;`
        : plan.mode === "waterfall"
          ? "p0 = v;"
          : collects
            ? `results[${index}] = v;`
            : "";
    const moved = `if (current.version !== version) return goOn(plan, [${list}], ${next}, uncalled, results.slice(0, ${next}));`;
    const call = next === plan.calls.length ? "" : ` ${moved} v = f${next}(${list});`;
    return `    case ${index}: if (${isPending("v")}) v = await v; ${take} at = ${next};${call}`;
  });
  return `async function later(${[list, "at", "v", "results"].filter((each) => each !== "").join(", ")}) {
  try { switch (at) {
${steps.join("\n")}
  } } catch (error) {
    return goOn(plan, [${list}], at, new Failed(error), results.slice(0, at));
  }
  return ${plan.mode === "waterfall" ? "p0" : collects ? "results" : "undefined"};
}`;
}

/** `later` is a separate function here, so that closures do not keep the values of the short path. */
function parallel(plan: Plan, calls: CallSource): string {
  const { list } = parts(plan);
  const values = plan.calls.map((_, index) => `v${index}`);
  const parameters = (last: string) => (list === "" ? last : `${list}, ${last}`);
  const steps = values.map(
    (value, index) => `  try { ${calls.call(index, value)} if (${isPending(value)}) slow = true; }
  catch (error) { ${value} = new Failed(${calls.thrown(String(index))}); slow = true;${calls.variables === "" ? "" : " inside = false;"} }`,
  );
  const waits = values.map(
    (_, index) => `    v = values[${index}];
    if (${isPending("v")}) {
      waiting++;
      Promise.resolve(v).then((v) => { values[${index}] = v; end(); }, (error) => { values[${index}] = new Failed(error); failed = true; end(); });
    } else if (v instanceof Failed) failed = true;`,
  );
  return `function later(${parameters("values")}) {
  return new Promise((resolve) => {
    let waiting = 1, failed = false, v;
    const end = () => { if (--waiting === 0) resolve(failed ? settle(plan, [${list}], values) : ${plan.collects ? "values" : "undefined"}); };
${waits.join("\n")}
    end();
  });
}
return function (${list}) {
${calls.entry}  let slow = false${values.map((value) => `, ${value}`).join("")}${calls.variables};
${steps.join("\n")}
  return slow ? later(${parameters(`[${values.join(", ")}]`)}) : Promise.resolve(${plan.collects ? `[${values.join(", ")}]` : ""});
};`;
}

function isPending(value: string): string {
  return `typeof ${value} === "object" && ${value} !== null && typeof ${value}.then === "function"`;
}

function names(arity: number): string[] {
  return Array.from({ length: arity }, (_, index) => `p${index}`);
}

/** Returns `undefined` if this process may not generate code. */
function evaluate(source: string, context: object): unknown {
  return generatedFunction(["runtime", "context"], `"use strict";\n${source}${sourceName()}`)?.(runtime, context);
}
