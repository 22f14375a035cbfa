import { answeredType, compileGuard, type Signature, type Type, typeMismatch } from "../contract/core.js";
import { GuardSource } from "../contract/validate/guard.js";
import { callTooLarge, syncReturnedPromise } from "../errors/factories/call.js";
import type { TenonError } from "../errors/index.js";
import type { Detours, Slot } from "./callable.js";

/** The short path into a plugin's function, as its compiled functions use it. */
export interface DirectCall {
  readonly slot: Slot;
  readonly detours: Pick<Detours, "settle" | "failed" | "limit" | "series">;
}

/** Source that calls the plugins of a point, for the templates of `point-compile.ts`. */
export interface CallSource {
  /** Goes before the function. Uses `direct` and `odd` of the context. */
  readonly declarations: string;
  /** Goes first in the function. */
  readonly entry: string;
  /** Further local variables. */
  readonly variables: string;
  /** Calls one plugin and assigns its result. */
  call(index: number, target: string): string;
  /** The error of plugin `index`, from what was caught as `error`. */
  thrown(index: string): string;
  /** What the declarations use as `links`. */
  readonly links: object;
  /** For each plugin, handles a result that the source cannot use as it is. */
  readonly odd: readonly ((value: any, begun: number) => unknown)[];
}

/** Calls every plugin by its compiled function, which checks parameters and result. */
export function checkedCalls(list: string): CallSource {
  return {
    declarations: "",
    entry: "",
    variables: "",
    call: (index, target) => `${target} = f${index}(${list});`,
    thrown: () => "error",
    links: {},
    odd: [],
  };
}

/**
 * Calls every plugin by its own function if it has a short path at the moment of the call. The parameters are checked only
 * once for all plugins, which is enough if no plugin can change them: for scalar parameters and results.
 *
 * @returns `undefined` if a parameter or the result is not scalar, or no plugin has a short path.
 */
export function directCalls(
  signature: Signature,
  directs: readonly (DirectCall | undefined)[],
  list: string,
  sync: boolean,
): CallSource | undefined {
  const { parameters } = signature.type;
  const answered = answeredType(signature.type.result);
  const limit = commonLimit(directs);
  if (limit === undefined || !parameters.every(({ type }) => isScalar(type))) return undefined;
  if (answered !== undefined && !isScalar(answered)) return undefined;
  const guards = new GuardSource();
  const fits = (type: Type | undefined, value: string) =>
    type === undefined
      ? `${value} === undefined`
      : [guards.test(type, value), ...small(type, value, limit)].join(" && ");
  const inward = parameters.map(({ type }, index) => fits(type, `p${index}`));
  // Called before `helpers` is read, because it adds to them.
  const outward = (value: string) => fits(answered, value);
  outward("v");
  const counts = (index: number) => directs[index]?.detours.series !== undefined;
  const someCount = directs.some((_, index) => counts(index));
  const series = directs.map((_, index) => (counts(index) ? `n${index} = direct[${index}].detours.series` : ""));
  return {
    declarations: `${guards.helpers}
const { ${directs.flatMap((direct, index) => (direct === undefined ? [] : [`${index}: o${index}`])).join(", ")} } = odd;
const [${directs.map((direct, index) => (direct === undefined ? "" : `{ slot: s${index} }`)).join(", ")}] = direct;
${someCount ? `const ${series.filter((each) => each !== "").join(", ")};` : ""}`,
    entry: inward.length === 0 ? "" : `  if (!(${inward.join(" && ")})) return checked(${list});\n`,
    variables: `, own, inside = false${someCount ? ", begun = 0" : ""}`,
    call(index, target) {
      if (directs[index] === undefined) return `${target} = f${index}(${list});`;
      const own = counts(index)
        ? `begun = --n${index}.left === 0 ? n${index}.begin() : 0; inside = true; ${target} = own(${list}); inside = false; if (!(${outward(target)})) ${target} = o${index}(${target}, begun); else if (begun !== 0) n${index}.end(begun);`
        : `inside = true; ${target} = own(${list}); inside = false; if (!(${outward(target)})) ${target} = o${index}(${target});`;
      return `own = s${index}.direct; if (own === undefined) ${target} = f${index}(${list}); else { ${own} }`;
    },
    thrown: (index) => `(inside ? direct[${index}].detours.failed(error${someCount ? ", begun" : ""}) : error)`,
    links: guards.links,
    odd: directs.map((direct) => (value, begun) => oddResult(signature, answered, direct, value, sync, begun)),
  };
}

/** Handles a promise, or a result that does not fit. */
function oddResult(
  { label }: Signature,
  answered: Type | undefined,
  direct: DirectCall | undefined,
  value: any,
  sync: boolean,
  begun = 0,
): unknown {
  const later = typeof value === "object" && value !== null && typeof value.then === "function";
  if (later && !sync) return direct?.detours.settle(value, begun);
  const series = direct?.detours.series;
  if (begun !== 0) series?.end(begun);
  const failed = (error: TenonError): TenonError => {
    series?.failed(error);
    return error;
  };
  if (later) {
    value.then(undefined, () => {});
    throw failed(syncReturnedPromise(label));
  }
  if (answered === undefined) return undefined;
  if (!compileGuard(answered)(value)) throw failed(typeMismatch(answered, value, `${label}(): result`));
  throw failed(callTooLarge(label, "result", direct?.detours.limit ?? 0));
}

// If all plugins have the same limit, a result of one plugin is within the limit of the next.
function commonLimit(directs: readonly (DirectCall | undefined)[]): number | undefined {
  const limits = new Set(directs.flatMap((direct) => direct?.detours.limit ?? []));
  return limits.size === 1 ? [...limits][0] : undefined;
}

function small(type: Type, value: string, limit: number): string[] {
  if (limit === 0) return [];
  if (type.kind === "string") return [`${value}.length <= ${Number(limit)}`];
  return type.kind === "option" && type.some.kind === "string"
    ? [`(${value} === undefined || ${value}.length <= ${Number(limit)})`]
    : [];
}

const scalars: ReadonlySet<string> = new Set([
  "bool",
  "u8",
  "s8",
  "u16",
  "s16",
  "u32",
  "s32",
  "u64",
  "s64",
  "f32",
  "f64",
  "char",
  "string",
  "enum",
]);

/** Whether values of the type are copied when they are passed on. */
function isScalar(type: Type): boolean {
  return scalars.has(type.kind) || (type.kind === "option" && scalars.has(type.some.kind));
}
