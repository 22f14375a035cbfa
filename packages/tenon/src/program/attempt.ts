import { type Finding, finding, isTenonError } from "../errors/index.js";

/** Reads a part of a program; what is wrong with it becomes a finding, and the part is taken to be `otherwise`. */
export type Attempt = <T>(read: () => T, otherwise: T) => T;

/**
 * @param subject The file, for messages.
 * @param findings Where findings are put, each only once.
 */
export function makeAttempt(subject: string, findings: Finding[]): Attempt {
  return (read, otherwise) => {
    try {
      return read();
    } catch (thrown) {
      const found = findingOfError(thrown, subject);
      if (!findings.some(({ message }) => message === found.message)) findings.push(found);
      return otherwise;
    }
  };
}

/** @throws what is no error of Tenon's */
export function findingOfError(thrown: unknown, subject: string): Finding {
  if (!isTenonError(thrown)) throw thrown;
  return finding(thrown.code, { subject, message: `${subject}: ${thrown.message}`, fix: thrown.fix });
}
