import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { type Finding, finding } from "../finding.js";

/** A `.proto` file that is not one. @param where the file and, if it is known, the line: `a.proto:3`. */
export function protoSyntax(where: string, problem: string, cause?: unknown): TenonError {
  return errors.TENON_CONTRACT_SYNTAX({ message: `${where}: ${problem}`, subject: where, cause });
}

/** A `.proto` file or descriptor that contradicts itself or others. */
export function protoInvalid(where: string, problem: string, fix?: string): TenonError {
  return errors.TENON_CONTRACT_INVALID({
    message: `${where}: ${problem}`,
    subject: where,
    ...(fix === undefined ? {} : { fix: { text: fix } }),
  });
}

/** What a `.proto` file may say and Tenon does not read. */
export function protoUnreadable(where: string, problem: string): TenonError {
  return errors.TENON_CONTRACT_UNSUPPORTED({ message: `${where}: ${problem}`, subject: where });
}

export function protoTooLarge(where: string, problem: string): TenonError {
  return errors.TENON_CONTRACT_TOO_LARGE({
    message: `${where}: ${problem}`,
    subject: where,
    fix: { text: "Read fewer files: those of the services that the contract is made of, and what they import." },
  });
}

/** The optional package that parses `.proto` files is not installed. */
export function protoParserMissing(packageName: string, cause: unknown): TenonError {
  return errors.TENON_PEER_MISSING({
    message: `cannot read .proto files: the package ${packageName} is not installed`,
    subject: packageName,
    cause,
    fix: {
      text: "Install the package, or read a descriptor set, which needs no package: protoc --include_imports --descriptor_set_out=FILE.",
      command: `npm install ${packageName}@8`,
    },
  });
}

/** The bytes of a message, or a value that should become one. @param name the message's full name. */
export function messageInvalid(name: string, problem: string): TenonError {
  return errors.TENON_MESSAGE_INVALID({ message: `message ${name}: ${problem}`, subject: name });
}

export function messageTooLarge(name: string, problem: string, option: string): TenonError {
  return errors.TENON_MESSAGE_TOO_LARGE({
    message: `message ${name}: ${problem}`,
    subject: name,
    fix: { text: `Send less in one message, or raise the limit: limits: { ${option}: … }.` },
  });
}

/** What a contract made of `.proto` files does not say. */
export function protoNotSaid(subject: string, message: string, fix: string): Finding {
  return finding("TENON_CONTRACT_UNSUPPORTED", {
    severity: "info",
    subject,
    message: `${subject}: ${message}`,
    cause: "A contract has no equivalent.",
    fix: { text: fix },
  });
}
