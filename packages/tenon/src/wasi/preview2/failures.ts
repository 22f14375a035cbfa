import { type FailureName, systemFailure } from "../failure.js";

/**
 * The error case of a `result`, as it is thrown to the component. No `Error`: programs probe for files that are not there.
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

/** The `wasi:filesystem/types.error-code` of a failure. */
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

/** The `wasi:sockets/network.error-code` of a failure. */
export function socketCode(failure: FailureName): string {
  return socketCodes[failure] ?? "unknown";
}

type Functions = Readonly<Record<string, (...parameters: any[]) => unknown>>;

/** The functions, with failures thrown as error cases that `code` names. */
export function failing<F extends Functions>(code: (failure: FailureName) => unknown, functions: F): F {
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
