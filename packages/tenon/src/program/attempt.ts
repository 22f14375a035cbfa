import { findingInFile } from "../errors/factories/binary.js";
import { type Finding, isTenonError } from "../errors/index.js";

/** Reads a part of a program. If the part is broken, records a finding and returns `otherwise`. */
export type Attempt = <T>(read: () => T, otherwise: T) => T;

/**
 * @param subject The file, for messages.
 * @param findings Receives the findings, each only once.
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

/** Turns an error of Tenon's into a finding. @throws every other error */
export function findingOfError(thrown: unknown, subject: string): Finding {
  if (!isTenonError(thrown)) throw thrown;
  return findingInFile(subject, thrown);
}
