import type { FailureName } from "../../failure.js";

/** `wasi:http/types.error-code`. */
export interface ErrorCode {
  readonly tag: string;
  readonly val?: unknown;
}

/** The case of a name, with the least that it carries. */
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

/** What a stream's failure means for HTTP; `undefined` where it has nothing to do with it. */
export function errorCodeOf(failure: FailureName): ErrorCode | undefined {
  const tag = byFailure[failure];
  return tag === undefined ? undefined : errorCode(tag);
}
