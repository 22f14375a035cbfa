import type { Fix } from "../error.js";

/** Why plugins cannot be sandboxed on a system, and what to do about it. */
export interface NoSandbox {
  readonly reason: string;
  readonly fix?: Fix;
}

/** The system is not Linux. */
export function sandboxNeedsLinux(): NoSandbox {
  return { reason: "it needs namespaces of the Linux kernel" };
}

/** There is no filter of system calls for the processor. */
export function sandboxNeedsFilter(architecture: string): NoSandbox {
  return { reason: `there is no filter of system calls for ${architecture}` };
}

/** There is no bwrap. @param install how the system installs packages, if that is known. */
export function bubblewrapMissing(install: string | undefined): NoSandbox {
  const reason = "bubblewrap is not installed";
  if (install === undefined) return { reason, fix: { text: "Install bubblewrap, and put bwrap on the PATH." } };
  return { reason, fix: { text: "Install bubblewrap, as root.", command: `${install} bubblewrap` } };
}

/** Others than root can change bwrap. @param at it, or a folder above it. @param foreign whether that belongs to another user. */
export function bubblewrapUntrusted(path: string, at: string, foreign: boolean): NoSandbox {
  const file = `'${at.replaceAll("'", "'\\''")}'`;
  return {
    reason: `${at} ${foreign ? "does not belong to root" : "can be written by others than root"}, so ${path} is not trusted`,
    fix: {
      text: "Put a bwrap on the PATH that only root can change, or change this one, as root.",
      command: `chown root: ${file} && chmod go-w ${file}`,
    },
  };
}

/** bwrap fails. @param allow the command that lifts what refuses it, if that was found. */
export function bubblewrapFails(said: string, allow: string | undefined): NoSandbox {
  const reason = `bubblewrap does not work here: ${said}`;
  if (/unknown option/i.test(said)) return { reason, fix: { text: "Install bubblewrap 0.8 or later." } };
  if (allow !== undefined) return { reason, fix: { text: "Allow users to make namespaces, as root.", command: allow } };
  return {
    reason,
    fix: {
      text: "Run the host where it may make user namespaces. A container needs a seccomp profile that allows unshare and mount, and an unmasked /proc: with Docker, --security-opt seccomp=unconfined --security-opt systempaths=unconfined.",
    },
  };
}
