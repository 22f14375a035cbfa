import { type FailureName, systemFailure } from "../../model/failure.js";

/** Returns the name of a failure of Node's sockets; `io` if it has none. */
export function socketFailure(error: unknown): FailureName {
  return systemFailure(error) ?? "io";
}
