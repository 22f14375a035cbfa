import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type Code, isTenonError, type TenonError } from "../../errors/index.js";

/** The assertions of the cases. Failures are assertion errors with both values in them. */
export const equal: <T>(actual: unknown, expected: T, message?: string) => asserts actual is T = strictEqual;
export const deepEqual: <T>(actual: unknown, expected: T, message?: string) => asserts actual is T = deepStrictEqual;
export const holds: (value: unknown, message: string) => asserts value = ok;

/** Expects a rejection with one of these codes, and returns the error. It can be awaited later, or never. */
export function rejects(promise: PromiseLike<unknown>, ...codes: readonly Code[]): Promise<TenonError> {
  const expected = rejection(promise, codes);
  expected.catch(() => {});
  return expected;
}

async function rejection(promise: PromiseLike<unknown>, codes: readonly Code[]): Promise<TenonError> {
  let answer: unknown;
  try {
    answer = await promise;
  } catch (thrown) {
    return withCode(thrown, codes);
  }
  throw new Error(`expected ${codes.join(" or ")}, and it returned ${describe(answer)}`);
}

/** Expects a synchronous failure with one of these codes, and returns the error. */
export function throws(action: () => unknown, ...codes: readonly Code[]): TenonError {
  let answer: unknown;
  try {
    answer = action();
  } catch (thrown) {
    return withCode(thrown, codes);
  }
  throw new Error(`expected ${codes.join(" or ")}, and it returned ${describe(answer)}`);
}

/** Calls `ask` until it returns the expected value: for what the other side does later. Fails after a thousand calls. */
export async function eventually<T>(ask: () => Promise<T>, expected: T): Promise<void> {
  let answer = await ask();
  for (let tries = 0; answer !== expected && tries < 1000; tries++) {
    await new Promise((resolve) => setImmediate(resolve));
    answer = await ask();
  }
  strictEqual(answer, expected);
}

function withCode(thrown: unknown, codes: readonly Code[]): TenonError {
  if (isTenonError(thrown) && codes.includes(thrown.code)) {
    ok(thrown.message !== "", `${thrown.code} has no message`);
    ok(thrown.fix.text !== "", `${thrown.code} has no fix`);
    return thrown;
  }
  const got = isTenonError(thrown) ? `${thrown.code}: ${thrown.message}` : describe(thrown);
  throw new Error(`expected ${codes.join(" or ")}, and got ${got}`, { cause: thrown });
}

function describe(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return typeof value === "object" && value !== null ? Object.prototype.toString.call(value) : String(value);
}

/** Returns an error and its chain of causes. */
export function causes(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (let at = error; at !== undefined && at !== null && chain.length < 20; at = (at as { cause?: unknown }).cause)
    chain.push(at);
  return chain;
}

/** Returns whether an error, or one of its causes, has this code. */
export function causedBy(error: unknown, code: Code): boolean {
  return causes(error).some((cause) => isTenonError(cause, code));
}
