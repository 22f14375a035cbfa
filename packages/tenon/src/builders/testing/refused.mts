import { type Code, isTenonError, type TenonError } from "../../errors/index.js";

/** Returns the error that a build rejects with. Throws if it rejects with a different error, or resolves. */
export async function refused(code: Code, building: Promise<unknown>): Promise<TenonError> {
  const error = await building.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isTenonError(error, code)) throw new Error(`expected ${code}`, { cause: error });
  return error;
}
