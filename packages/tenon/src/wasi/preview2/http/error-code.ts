import type { FailureName } from "../../model/failure.js";

/** `wasi:http/types.error-code`. */
export interface ErrorCode {
  readonly tag: string;
  readonly val?: unknown;
}

/** Returns the case with a name, with an empty payload if it needs one. */
export function errorCode(tag: string): ErrorCode {
  return tag === "DNS-error" ? { tag, val: { rcode: undefined, infoCode: undefined } } : { tag };
}

const byFailure: Partial<Record<FailureName, string>> = {
  "connection-aborted": "connection-terminated",
  "connection-refused": "connection-refused",
  "connection-reset": "connection-terminated",
  pipe: "connection-terminated",
  timeout: "connection-timeout",
};

/** Returns the HTTP error code of a stream's failure; `undefined` if there is none. */
export function errorCodeOf(failure: FailureName): ErrorCode | undefined {
  const tag = byFailure[failure];
  return tag === undefined ? undefined : errorCode(tag);
}
