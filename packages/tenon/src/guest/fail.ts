/** An error that stands for the error case of a `result`. */
export interface Failure<T> extends Error {
  readonly payload: T;
}

/**
 * Makes the error case of a function whose result is a `result`: `throw fail("not found")`.
 *
 * Any thrown value with a `payload` property of its own does the same; this one also has a stack.
 */
export function fail<const T>(payload: T): Failure<T> {
  const text = typeof payload === "string" ? payload : "the function answered with its error case";
  return Object.assign(new Error(text), { payload });
}
