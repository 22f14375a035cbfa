import { type FailureName, systemFailure } from "../../failure.js";

/** A failure of Node's sockets by name; `io` for what has none. */
export function socketFailure(error: unknown): FailureName {
  return systemFailure(error) ?? "io";
}
