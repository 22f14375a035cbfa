import type { Fix, TenonError } from "../error.js";
import { errors } from "../errors.js";
import { type Finding, finding } from "../finding.js";
import type { Code } from "../registry.js";
import { shellPath } from "../shell-word.js";

/**
 * A file breaks the rules of its own format.
 *
 * @param detail What is wrong, as a sentence without a full stop: "the string table lies outside the file".
 * @param offset Where in the file, in bytes, if that is known.
 */
export function malformed(detail: string, offset?: number): TenonError {
  return errors.TENON_BINARY_MALFORMED({ message: offset === undefined ? detail : `${detail}${atByte(offset)}` });
}

/** A file ends before a part that its headers announce. */
export function truncated(part: string, needs: number, has: number): TenonError {
  return errors.TENON_BINARY_TRUNCATED({
    message: `the file ends too early: ${part} needs ${needs} bytes, found ${has}`,
  });
}

/** @param name What the file is: "an archive", "a script for /bin/sh". */
export function notAProgram(name: string): TenonError {
  return errors.TENON_BINARY_UNKNOWN({ message: `the file is ${name}, not a program` });
}

/** @param name What the file is, with the kind of core dump. */
export function isCoreDump(name: string): TenonError {
  return errors.TENON_BINARY_CORE({ message: `the file is ${name}` });
}

/** A fat Mach-O file has no part for the requested architecture. */
export function architectureMissing(wanted: string, available: readonly string[]): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `the file contains no code for ${wanted}; it contains ${available.join(", ")}`,
    subject: wanted,
  });
}

/** A component breaks a rule of the component model, at a byte of its file. */
export function invalidComponent(detail: string, offset: number): TenonError {
  return errors.TENON_COMPONENT_INVALID({ message: `${detail}${atByte(offset)}` });
}

/** A component uses a feature that the binary format has and Tenon does not run. */
export function unsupportedInComponent(feature: string, offset: number): TenonError {
  return errors.TENON_COMPONENT_UNSUPPORTED({ message: `the component uses ${feature}${atByte(offset)}` });
}

/** The custom section `component-type` of a core module is broken. */
export function componentTypeSectionInvalid(detail: string): TenonError {
  return errors.TENON_COMPONENT_INVALID(`cannot read the section component-type: ${detail}`);
}

/** The contract model has no equivalent for a part of a component's type. */
export function componentTypeUnsupported(feature: string, fix?: string): TenonError {
  return errors.TENON_CONTRACT_UNSUPPORTED({
    message: `the component has ${feature}, which contracts do not support`,
    ...(fix === undefined ? {} : { fix: { text: fix } }),
  });
}

/** The file is too large to read into memory. */
export function programTooLarge(path: string, size: number): TenonError {
  return errors.TENON_BINARY_TOO_LARGE({ message: tooLargeText(path, size), subject: path });
}

export function programTooLargeFinding(path: string, size: number): Finding {
  return finding("TENON_BINARY_TOO_LARGE", { subject: path, message: tooLargeText(path, size) });
}

/** The error of a reader that knows no path, with the path of the file that it read. */
export function inFile(path: string, error: TenonError): TenonError {
  return errors[error.code]({ message: `${path}: ${error.message}`, subject: path, cause: error });
}

/** The same as {@link inFile}, as a finding. */
export function findingInFile(
  path: string,
  { code, message, fix }: { code: Code; message: string; fix?: Fix },
): Finding {
  return finding(code, { subject: path, message: `${path}: ${message}`, ...(fix === undefined ? {} : { fix }) });
}

/** The file was compressed by a packer, so only the packer's own code can be read. */
export function programPacked(path: string, packer: string): Finding {
  return finding("TENON_BINARY_PACKED", {
    severity: "warning",
    subject: path,
    message: `${path} is packed with ${packer}: everything shown here describes the packer, not the program`,
    ...(packer === "UPX" ? { fix: { text: "Unpack the file.", command: `upx -d ${shellPath(path)}` } } : {}),
  });
}

/** The program was not compiled by Go, which matters only to readers who expect Go. */
export function programNotGo(path: string): Finding {
  return finding("TENON_BINARY_NOT_GO", {
    severity: "info",
    subject: path,
    message: `${path} was not built by Go`,
  });
}

/** @param name What the file is, with the kind of core dump. */
export function programIsCoreDump(path: string, name: string): Finding {
  return finding("TENON_BINARY_CORE", { subject: path, message: `${path} is ${name}` });
}

function atByte(offset: number): string {
  return ` (at byte 0x${offset.toString(16)})`;
}

function tooLargeText(path: string, size: number): string {
  return `${path} has ${size} bytes; Tenon reads files of up to 2 GiB`;
}
