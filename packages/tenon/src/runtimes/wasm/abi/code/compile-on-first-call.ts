import type { CoreFunction } from "./options.js";

const stubs: ((make: () => CoreFunction) => CoreFunction)[] = [];

/** Returns a function with `arity` parameters that is compiled when it is first called. */
export function compileOnFirstCall(arity: number, make: () => CoreFunction): CoreFunction {
  const names = Array.from({ length: arity }, (_, index) => `a${index}`).join(", ");
  stubs[arity] ??= new Function(
    "make",
    `"use strict"; let made; return function (${names}) { if (made === undefined) made = make(); return made(${names}); }`,
  ) as (typeof stubs)[number];
  return stubs[arity](make);
}
