/** An error that carries the error case of a `result`. */
export interface Failure<T> extends Error {
  readonly payload: T;
}

/**
 * Makes the error case of a function that returns a `result`: `throw fail("not found")`.
 *
 * Any thrown value with its own `payload` property does the same; this one also has a stack.
 */
export function fail<const T>(payload: T): Failure<T> {
  const text = typeof payload === "string" ? payload : "the function returned its error case";
  return Object.assign(new Error(text), { payload });
}
