import type { FailureName } from "../../model/failure.js";
import { ErrorCase } from "./error-cases.js";

/** `wasi:io/error.error`: why a stream failed. */
export class IoError {
  readonly failure: FailureName;

  constructor(failure: FailureName) {
    this.failure = failure;
  }
}

/** Returns the error case of a closed stream. */
export function closed(): ErrorCase {
  return new ErrorCase({ tag: "closed" });
}

/** Returns the error case of a stream that failed. */
export function streamFailed(failure: FailureName): ErrorCase {
  return new ErrorCase({ tag: "last-operation-failed", val: new IoError(failure) });
}
