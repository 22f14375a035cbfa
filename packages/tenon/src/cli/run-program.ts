import { CommanderError } from "commander";
import { type CommandFailure, failureOf } from "../terminal/command-failure.js";
import { exitCodes } from "../terminal/exit-codes.js";
import { configurationOf } from "./options/configuration-option.js";
import { commanderFailure } from "./output/commander-failure.js";
import type { Output } from "./output/output.js";
import { interrupted } from "./output/shutdown.js";
import { createProgram } from "./program.js";
import { reportFailure } from "./results/failure-text.js";

/** Runs the command line and returns what the program should exit with. Failures are reported to the output. */
export async function runProgram(words: readonly string[], output: Output): Promise<number> {
  let program = createProgram(output);
  try {
    const { configuration, configFile } = await configurationOf(words);
    if (Object.keys(configuration).length > 0 || configFile !== undefined)
      program = createProgram(output, configuration, configFile);
    await program.parseAsync(words, { from: "user" });
    return output.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.fits;
    return reportAndReturnCode(
      thrown instanceof CommanderError ? commanderFailure(thrown, program, words) : failureOf(thrown),
      output,
    );
  }
}

/** Reports a failure, unless it only follows from an interrupt. */
export async function reportAndReturnCode(failure: CommandFailure, output: Output): Promise<number> {
  if (!interrupted.aborted) await reportFailure(failure, output);
  return failure.exitCode;
}
