import { type FailureName, systemFailure } from "../../model/failure.js";

/**
 * Thrown to return the error case of a `result` to the component. Not an `Error`, which would capture a stack: programs often
 * probe for files that do not exist.
 */
export class ErrorCase {
  readonly payload: unknown;

  constructor(payload: unknown) {
    this.payload = payload;
  }
}

const filesystemCodes = new Set([
  ...["access", "would-block", "already", "bad-descriptor", "busy", "quota", "exist", "file-too-large", "in-progress"],
  ...[
    "interrupted",
    "invalid",
    "io",
    "is-directory",
    "loop",
    "too-many-links",
    "name-too-long",
    "no-device",
    "no-entry",
  ],
  ...["insufficient-memory", "insufficient-space", "not-directory", "not-empty", "unsupported", "overflow"],
  ...["not-permitted", "pipe", "read-only", "invalid-seek", "text-file-busy", "cross-device"],
]);

/** Returns the `wasi:filesystem/types.error-code` of a failure. */
export function filesystemCode(failure: FailureName): string {
  if (filesystemCodes.has(failure)) return failure;
  return failure === "too-many-files" ? "insufficient-memory" : "io";
}

const socketCodes: Partial<Record<FailureName, string>> = {
  access: "access-denied",
  "not-permitted": "access-denied",
  "access-denied": "access-denied",
  unsupported: "not-supported",
  invalid: "invalid-argument",
  "insufficient-memory": "out-of-memory",
  timeout: "timeout",
  "would-block": "would-block",
  "in-progress": "concurrency-conflict",
  "invalid-state": "invalid-state",
  "not-connected": "invalid-state",
  "not-in-progress": "not-in-progress",
  "too-many-files": "new-socket-limit",
  "address-not-bindable": "address-not-bindable",
  "address-in-use": "address-in-use",
  "remote-unreachable": "remote-unreachable",
  "connection-refused": "connection-refused",
  "connection-reset": "connection-reset",
  "connection-aborted": "connection-aborted",
  pipe: "connection-reset",
  "datagram-too-large": "datagram-too-large",
  "name-unresolvable": "name-unresolvable",
};

/** Returns the `wasi:sockets/network.error-code` of a failure. */
export function socketCode(failure: FailureName): string {
  return socketCodes[failure] ?? "unknown";
}

type Functions = Readonly<Record<string, (...parameters: any[]) => unknown>>;

/** Wraps functions so that they throw failures as error cases. @param code returns the payload for a failure */
export function withErrorCases<F extends Functions>(code: (failure: FailureName) => unknown, functions: F): F {
  const wrapped: Record<string, (...parameters: any[]) => unknown> = {};
  for (const [name, act] of Object.entries(functions)) {
    wrapped[name] = (...parameters) => {
      try {
        return act(...parameters);
      } catch (thrown) {
        const failure = systemFailure(thrown);
        throw failure === undefined ? thrown : new ErrorCase(code(failure));
      }
    };
  }
  return wrapped as F;
}
