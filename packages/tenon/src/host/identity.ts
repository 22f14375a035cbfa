import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { Contract } from "../contract/core.js";
import type { OpenOptions } from "./options.js";

const numbers = new WeakMap<object, number>();
let next = 0;

/**
 * The key under which two calls of `open` mean the same plugin: the path, with links resolved, and equal options.
 * Options that cannot be serialised (settings that contain themselves) equal nothing; validation reports what is wrong.
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
    return realpathSync.native(given);
  } catch {
    // Not a file, or missing: a builtin has only a name, and for everything else `open` will report what is wrong.
    return resolve(given);
  }
}

/** Functions and contracts are equal if they are the same object. */
function numberOf(object: object): number {
  let number = numbers.get(object);
  if (number === undefined) numbers.set(object, (number = ++next));
  return number;
}
