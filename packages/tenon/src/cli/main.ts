#!/usr/bin/env node
import { CommanderError } from "commander";
import { type CommandFailure, failureOf, usageError } from "./command-failure.js";
import { end, endOnSignals, interrupted } from "./ending.js";
import { exitCodes } from "./exit-codes.js";
import { reportFailure } from "./failure-text.js";
import { outputOfArguments } from "./global-options.js";
import { createProgram, separateInspectAddress } from "./program.js";

const words = separateInspectAddress(process.argv.slice(2));
const output = outputOfArguments(words);

endOnSignals();
process.on("uncaughtException", (thrown) => void fail(failureOf(thrown)));
process.on("unhandledRejection", (thrown) => void fail(failureOf(thrown)));

try {
  await createProgram(output).parseAsync(words, { from: "user" });
  await end(Number(process.exitCode ?? exitCodes.fits));
} catch (thrown) {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) await end(exitCodes.fits);
  await fail(thrown instanceof CommanderError ? misunderstood(thrown) : failureOf(thrown));
}

async function fail(failure: CommandFailure): Promise<void> {
  // Who has interrupted the program knows why a call was cancelled; the signal's handler ends it.
  if (interrupted.aborted) return;
  await reportFailure(failure, output);
  await end(failure.exitCode);
}

/** Commander's own complaint, in our words. */
function misunderstood(error: CommanderError): CommandFailure {
  if (error.code === "commander.help") {
    return usageError("a command is missing", { text: "Name a command; this lists them.", command: "tenon --help" });
  }
  const [message = "", ...hints] = error.message.replace(/^error: /, "").split("\n");
  const hint = hints.join(" ").replace(/^\((.*)\)$/, "$1");
  const command = words.find((word) => !word.startsWith("-"));
  return usageError(hint === "" ? message : `${message}: ${hint.charAt(0).toLowerCase()}${hint.slice(1)}`, {
    text: "See the command's help.",
    command: `tenon ${command === undefined || error.code === "commander.unknownCommand" ? "" : `${command} `}--help`,
  });
}
