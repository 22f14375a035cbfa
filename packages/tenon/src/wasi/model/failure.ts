/**
 * Why an operation failed: the names of `wasi:filesystem/types.error-code`, and those of `wasi:sockets/network.error-code`
 * for what only sockets have. Each version of WASI maps them to its own codes.
 */
export type FailureName =
  | "access"
  | "access-denied"
  | "address-in-use"
  | "address-not-bindable"
  | "already"
  | "argument-list-too-long"
  | "bad-descriptor"
  | "busy"
  | "connection-aborted"
  | "connection-refused"
  | "connection-reset"
  | "cross-device"
  | "datagram-too-large"
  | "exist"
  | "fault"
  | "file-too-large"
  | "in-progress"
  | "insufficient-memory"
  | "insufficient-space"
  | "interrupted"
  | "invalid"
  | "invalid-state"
  | "io"
  | "is-directory"
  | "loop"
  | "name-too-long"
  | "name-unresolvable"
  | "no-device"
  | "no-entry"
  | "not-connected"
  | "not-directory"
  | "not-empty"
  | "not-in-progress"
  | "not-permitted"
  | "not-socket"
  | "overflow"
  | "pipe"
  | "quota"
  | "read-only"
  | "invalid-seek"
  | "remote-unreachable"
  | "text-file-busy"
  | "timeout"
  | "too-many-files"
  | "too-many-links"
  | "unsupported"
  | "would-block";

/**
 * Thrown within this folder for failures that a program receives as an error code. Not an `Error`: programs often probe for
 * files that do not exist, and capturing a stack would cost more than the probe.
 */
export class Failure {
  readonly reason: FailureName;

  constructor(reason: FailureName) {
    this.reason = reason;
  }
}

const bySystemCode: Readonly<Record<string, FailureName>> = {
  E2BIG: "argument-list-too-long",
  EACCES: "access",
  EADDRINUSE: "address-in-use",
  EADDRNOTAVAIL: "address-not-bindable",
  EAGAIN: "would-block",
  EBADF: "bad-descriptor",
  EBUSY: "busy",
  ECONNABORTED: "connection-aborted",
  ECONNREFUSED: "connection-refused",
  ECONNRESET: "connection-reset",
  EDQUOT: "quota",
  EEXIST: "exist",
  EFBIG: "file-too-large",
  EHOSTUNREACH: "remote-unreachable",
  EINTR: "interrupted",
  EINVAL: "invalid",
  EISDIR: "is-directory",
  ELOOP: "loop",
  EMFILE: "too-many-files",
  EMLINK: "too-many-links",
  EMSGSIZE: "datagram-too-large",
  ENAMETOOLONG: "name-too-long",
  ENETUNREACH: "remote-unreachable",
  ENFILE: "too-many-files",
  ENODEV: "no-device",
  ENOENT: "no-entry",
  ENOMEM: "insufficient-memory",
  ENOSPC: "insufficient-space",
  ENOTCONN: "not-connected",
  ENOTDIR: "not-directory",
  ENOTEMPTY: "not-empty",
  ENOTSUP: "unsupported",
  ENXIO: "no-device",
  EOPNOTSUPP: "unsupported",
  EPERM: "not-permitted",
  EPIPE: "pipe",
  EROFS: "read-only",
  ESPIPE: "invalid-seek",
  ETIMEDOUT: "timeout",
  ETXTBSY: "text-file-busy",
  EXDEV: "cross-device",
};

/** Returns the name of a failure that Node threw (by its `code`), or `undefined` if it is not a failure of the system. */
export function systemFailure(thrown: unknown): FailureName | undefined {
  if (thrown instanceof Failure) return thrown.reason;
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
  if (typeof code !== "string" || !(thrown instanceof Error)) return undefined;
  if (code.startsWith("TENON_")) return undefined;
  if (code.startsWith("ERR_INVALID_ARG") || code === "ERR_OUT_OF_RANGE") return "invalid";
  return bySystemCode[code] ?? ("syscall" in thrown ? "io" : undefined);
}
