import { type Code, isTenonError, type TenonError } from "../../errors/index.js";

/** The error that a build ends with. Fails where it ends with another, or with none. */
export async function refused(code: Code, building: Promise<unknown>): Promise<TenonError> {
  const error = await building.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isTenonError(error, code)) throw new Error(`expected ${code}`, { cause: error });
  return error;
}
