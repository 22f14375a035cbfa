import { resolve } from "node:path";
import type { Contract } from "../contract/index.js";
import type { OpenOptions } from "./options.js";

const numbers = new WeakMap<object, number>();
let next = 0;

/** What makes two calls of `open` mean the same plugin: the path, and options that are equal. */
export function keyOf(given: string, contract: Contract | undefined, options: OpenOptions): string {
  const { imports, signal: _, fresh: __, ...rest } = options;
  return JSON.stringify(
    [
      resolve(given),
      contract === undefined ? 0 : numberOf(contract),
      imports === undefined ? 0 : numberOf(imports),
      rest,
    ],
    (_key, value) => (typeof value === "bigint" ? `${value}n` : value),
  );
}

/** Functions and contracts are the same when they are the same object. */
function numberOf(object: object): number {
  let number = numbers.get(object);
  if (number === undefined) numbers.set(object, (number = ++next));
  return number;
}
