import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { Contract } from "../contract/core.js";
import type { OpenOptions } from "./options.js";

const numbers = new WeakMap<object, number>();
let next = 0;

/**
 * What makes two calls of `open` mean the same plugin: the path, with links resolved, and options that are equal.
 * Options that have no text form (settings that hold themselves) equal nothing; validating them says what is wrong.
 */
export function keyOf(given: string, contract: Contract | undefined, options: OpenOptions): string {
  const { imports, signal: _, fresh: __, ...rest } = options;
  const path = realPath(given);
  try {
    return JSON.stringify(
      [path, contract === undefined ? 0 : numberOf(contract), imports === undefined ? 0 : numberOf(imports), rest],
      (_key, value) => (typeof value === "bigint" ? `${value}n` : value),
    );
  } catch {
    return `${path} ${++next}`;
  }
}

function realPath(given: string): string {
  try {
    return realpathSync(given);
  } catch {
    // Not a file, or not there: a builtin has a name only, and for everything else `open` will say what is wrong.
    return resolve(given);
  }
}

/** Functions and contracts are the same when they are the same object. */
function numberOf(object: object): number {
  let number = numbers.get(object);
  if (number === undefined) numbers.set(object, (number = ++next));
  return number;
}
