import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { type Finding, finding } from "../finding.js";
import { shellPath } from "../shell-word.js";
import { importContract } from "./import-contract.js";

/** A contract that the command line names does not exist. @param near `; did you mean "x"?`, or nothing */
export function contractFileMissing(path: string, near: string): TenonError {
  return errors.TENON_USAGE({
    message: `the contract ${path} does not exist${near}`,
    fix: {
      text: "Check the path. A contract is a .wit file or a folder of them, a .json file, or a .ts or .js module that exports one.",
    },
  });
}

/** A module that should export a contract cannot be compiled. @param position file, line and column */
export function contractModuleSyntax(path: string, position: string, reason: string, cause: unknown): TenonError {
  return errors.TENON_CONTRACT_SYNTAX({ message: `${position}: ${reason}`, subject: path, cause });
}

/** A module that should export a contract threw while it was evaluated. */
export function contractModuleFailed(path: string, reason: string, cause: unknown): TenonError {
  return errors.TENON_CONTRACT_INVALID({
    message: `${path}: the module threw an error: ${reason}`,
    subject: path,
    cause,
    fix: { text: "Fix the module. It only has to export a contract." },
  });
}

/** A module exports no contract. */
export function contractNotExported(path: string): TenonError {
  return errors.TENON_CONTRACT_INVALID({
    message: `${path} exports no contract`,
    subject: path,
    fix: { text: 'Export one: export const greeter = contract("example:greeter@1.0.0", { … });' },
  });
}

/** A module exports more than one contract, and none was chosen. @param contracts name and id of each */
export function contractAmbiguous(path: string, contracts: readonly string[], first: string): TenonError {
  return errors.TENON_USAGE({
    message: `${path} exports more than one contract: ${contracts.join(", ")}`,
    fix: { text: `Choose one, for example with --world ${first}.` },
  });
}

/** A module does not export the contract that was chosen. @param contracts name and id of each */
export function contractNotFound(path: string, world: string, contracts: readonly string[], first: string): TenonError {
  return errors.TENON_USAGE({
    message: `${path} exports no contract "${world}"; it exports ${contracts.join(", ")}`,
    fix: { text: `Choose one of these, for example with --world ${first}.` },
  });
}

/** `tenon contract convert` does not know what to convert to. @param file the output file, if one is named */
export function contractFormatUnknown(file: string | undefined, formats: readonly string[]): TenonError {
  return errors.TENON_USAGE({
    message:
      file === undefined
        ? "missing format: neither --to nor --out is given"
        : `the name ${file} does not tell the format`,
    fix: { text: `Add --to with one of: ${formats.join(", ")}.` },
  });
}

/** `tenon contract import` would overwrite a file. */
export function contractFileExists(file: string, plugin: string): TenonError {
  return errors.TENON_FILE_WRITE({
    message: `${file} exists, and is not overwritten`,
    subject: file,
    fix: {
      text: "Name another file with --out, or overwrite it:",
      command: `tenon contract import ${shellPath(plugin)} --force`,
    },
  });
}

const withContract = "Add --contract FILE with the host's contract, or put a .wit file next to the plugin.";

/** A plugin cannot be called, since neither it nor the command line has a contract. */
export function contractMissing(plugin: string): TenonError {
  return errors.TENON_CONTRACT_MISSING({
    message: `${plugin} carries no contract, so the types of its functions are not known`,
    subject: plugin,
    fix: importContract(plugin, withContract),
  });
}

/** A plugin cannot be checked, since neither it nor the command line has a contract. */
export function contractNotCarried(plugin: string): Finding {
  return finding("TENON_CONTRACT_NOT_CARRIED", {
    severity: "warning",
    subject: plugin,
    message: `${plugin} carries no contract, and none was given to check it against`,
    fix: importContract(plugin, withContract),
  });
}
