import type { Contract } from "../contract/core.js";
import { errors } from "../errors/index.js";
import type { Isolation, Level } from "../runtime/index.js";

/** What a load message was answered with, read from JSON of the other side. */
export interface LoadReply {
  readonly functions: readonly string[];
  readonly restores: boolean;
  readonly isolation: Isolation;
  readonly contract: Contract | undefined;
}

/** @throws TENON_WIRE_MALFORMED when the answer is none; what the contract is refused for when that is not well formed. */
export async function readLoadAnswer(answer: unknown): Promise<LoadReply> {
  if (!isObject(answer)) throw malformed("it is no object");
  const { functions, restores, isolation, contract } = answer;
  if (!isTexts(functions)) throw malformed("functions: expected a list of paths");
  if (typeof restores !== "boolean") throw malformed("restores: expected a boolean");
  return { functions, restores, isolation: readIsolation(isolation), contract: await readContract(contract) };
}

async function readContract(document: unknown): Promise<Contract | undefined> {
  if (document === undefined) return undefined;
  const { contractFromJson } = await import("../contract/formats/from-json.js");
  return contractFromJson(document);
}

function readIsolation(value: unknown): Isolation {
  if (!isObject(value)) throw malformed("isolation: expected an object");
  const flag = (name: keyof Isolation): boolean => {
    if (typeof value[name] !== "boolean") throw malformed(`isolation.${name}: expected a boolean`);
    return value[name];
  };
  if (typeof value.level !== "string" || !levels.includes(value.level as Level))
    throw malformed("isolation.level: no such level");
  if (!isTexts(value.remarks)) throw malformed("isolation.remarks: expected a list of texts");
  return {
    level: value.level as Level,
    memory: flag("memory"),
    crash: flag("crash"),
    interruptible: flag("interruptible"),
    filesystem: flag("filesystem"),
    network: flag("network"),
    environment: flag("environment"),
    remarks: value.remarks,
  };
}

const levels: readonly Level[] = ["none", "contained", "sandboxed"];

/**
 * What a runtime's isolation is inside a place: each part that either of the two gives. The runtime's remarks hold for
 * it alone (inline), so they are kept only where it isolates at all; a runtime that is a sandbox leaves nothing of what
 * the place's remarks warn of.
 */
export function combineIsolation(place: Isolation, runtime: Isolation): Isolation {
  return {
    level: levels.indexOf(runtime.level) > levels.indexOf(place.level) ? runtime.level : place.level,
    memory: place.memory || runtime.memory,
    crash: place.crash || runtime.crash,
    interruptible: place.interruptible || runtime.interruptible,
    filesystem: place.filesystem || runtime.filesystem,
    network: place.network || runtime.network,
    environment: place.environment || runtime.environment,
    remarks: remarksOf(place, runtime),
  };
}

function remarksOf(place: Isolation, runtime: Isolation): readonly string[] {
  if (runtime.level === "none") return place.remarks;
  return runtime.level === "sandboxed" ? runtime.remarks : [...place.remarks, ...runtime.remarks];
}

function malformed(why: string) {
  return errors.TENON_WIRE_MALFORMED(`the answer to the load message cannot be read: ${why}`);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
