import type { Contract } from "../contract/core.js";
import { loadAnswerMalformed } from "../errors/factories/wire.js";
import type { Isolation, IsolationMeans, Level } from "../runtime/index.js";

/** The answer to a load message, once it is validated. */
export interface LoadResult {
  readonly functions: readonly string[];
  readonly restores: boolean;
  readonly isolation: Isolation;
  readonly contract: Contract | undefined;
}

/** Validates the answer to a load message. @throws TENON_WIRE_MALFORMED; TENON_CONTRACT_INVALID if its contract is not valid. */
export async function readLoadAnswer(answer: unknown): Promise<LoadResult> {
  if (!isObject(answer)) throw loadAnswerMalformed("expected an object");
  const { functions, restores, isolation, contract } = answer;
  if (!isStrings(functions)) throw loadAnswerMalformed("functions: expected a list of paths");
  if (typeof restores !== "boolean") throw loadAnswerMalformed("restores: expected a boolean");
  return { functions, restores, isolation: readIsolation(isolation), contract: await readContract(contract) };
}

async function readContract(document: unknown): Promise<Contract | undefined> {
  if (document === undefined) return undefined;
  const { contractFromJson } = await import("../contract/formats/from-json.js");
  return contractFromJson(document);
}

function readIsolation(value: unknown): Isolation {
  if (!isObject(value)) throw loadAnswerMalformed("isolation: expected an object");
  const flag = (name: keyof Isolation): boolean => {
    if (typeof value[name] !== "boolean") throw loadAnswerMalformed(`isolation.${name}: expected a boolean`);
    return value[name];
  };
  if (typeof value.level !== "string" || !levels.includes(value.level as Level))
    throw loadAnswerMalformed(`isolation.level: expected one of ${levels.join(", ")}`);
  if (!isStrings(value.remarks)) throw loadAnswerMalformed("isolation.remarks: expected a list of strings");
  if (!isStrings(value.by) || !value.by.every((name) => Object.hasOwn(means, name)))
    throw loadAnswerMalformed(`isolation.by: expected a list of ${Object.keys(means).join(", ")}`);
  return {
    level: value.level as Level,
    memory: flag("memory"),
    crash: flag("crash"),
    interruptible: flag("interruptible"),
    filesystem: flag("filesystem"),
    network: flag("network"),
    environment: flag("environment"),
    processes: flag("processes"),
    by: value.by as IsolationMeans[],
    remarks: value.remarks,
  };
}

const means: Readonly<Record<IsolationMeans, true>> = {
  engine: true,
  thread: true,
  process: true,
  bubblewrap: true,
  seccomp: true,
  proxy: true,
};
const levels: readonly Level[] = ["none", "contained", "sandboxed"];

/**
 * Returns the isolation of a runtime inside a place: each part that either of the two provides. The runtime's remarks
 * describe it without a place (inline), so they are kept only if it isolates at all. The place's remarks are warnings that
 * do not apply to a runtime that is a sandbox.
 *
 * @param isolates what the runtime provides by its own declaration. Without, what the instance says is not believed, because the
 *   plugin's code may have said it.
 */
export function combineIsolation(place: Isolation, runtime: Isolation, isolates: Level = "none"): Isolation {
  if (levels.indexOf(runtime.level) > levels.indexOf(isolates) || isolates === "none") return place;
  return {
    level: levels.indexOf(runtime.level) > levels.indexOf(place.level) ? runtime.level : place.level,
    memory: place.memory || runtime.memory,
    crash: place.crash || runtime.crash,
    interruptible: place.interruptible || runtime.interruptible,
    filesystem: place.filesystem || runtime.filesystem,
    network: place.network || runtime.network,
    environment: place.environment || runtime.environment,
    processes: place.processes || runtime.processes,
    by: [...new Set([...place.by, ...runtime.by])],
    remarks: remarksOf(place, runtime),
  };
}

function remarksOf(place: Isolation, runtime: Isolation): readonly string[] {
  if (runtime.level === "none") return place.remarks;
  return runtime.level === "sandboxed" ? runtime.remarks : [...place.remarks, ...runtime.remarks];
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
