import { jsonInvalid, jsonTooLarge } from "../../errors/factories/json.js";
import { countMembers } from "./count-members.js";
import { findProblem } from "./find-problem.js";
import type { JsonValue } from "./json-value.js";
import type { JsonLimits, JsonProblem } from "./problem.js";
import { isWellFormed } from "./well-formed.js";

/**
 * Reads a JSON text (RFC 8259) that is not trusted. It refuses what readers of JSON disagree about: keys that an object has
 * twice, whole numbers that a double cannot hold, halves of surrogate pairs, a byte order mark. The key `__proto__` becomes
 * a property as any other. The depth of the text costs no stack.
 *
 * @param where what the text is, for messages: a file, or `greet(): parameter "settings"`.
 * @throws TENON_JSON_INVALID with line and column, TENON_JSON_TOO_LARGE
 */
export function readJson(text: string, limits: JsonLimits, where = "JSON"): JsonValue {
  const read = tryReadJson(text, limits);
  if ("value" in read) return read.value;
  const { kind, problem, line, column } = read;
  throw kind === "limit" ? jsonTooLarge(where, line, column, problem) : jsonInvalid(where, line, column, problem);
}

/** As {@link readJson}, but returns what is wrong, for those who word it in their own way. */
export function tryReadJson(text: string, limits: JsonLimits): { readonly value: JsonValue } | JsonProblem {
  if (isLonger(text, limits.bytes))
    return { kind: "limit", problem: `the text has more than ${limits.bytes} bytes`, line: 1, column: 1 };
  const members = countMembers(text, limits.levels);
  if (members !== undefined && isWellFormed(text)) {
    try {
      const value = JSON.parse(text) as JsonValue;
      if (members === 0 || membersOf(value) === members) return { value };
    } catch {
      // The slow reader says where it is wrong.
    }
  }
  return findProblem(text, limits) ?? { value: JSON.parse(text) as JsonValue };
}

function isLonger(text: string, bytes: number): boolean {
  return text.length > bytes || (text.length * 3 > bytes && Buffer.byteLength(text) > bytes);
}

/** Counts the members of all objects in a value: fewer than its text has if a key was there twice. */
function membersOf(value: JsonValue): number {
  let members = 0;
  const rest: JsonValue[] = [value];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next !== "object" || next === null) continue;
    if (Array.isArray(next)) {
      for (const item of next) if (typeof item === "object" && item !== null) rest.push(item);
    } else {
      const keys = Object.keys(next);
      members += keys.length;
      for (const key of keys) {
        const item = next[key] as JsonValue;
        if (typeof item === "object" && item !== null) rest.push(item);
      }
    }
  }
  return members;
}
