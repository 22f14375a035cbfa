#!/usr/bin/env node
import { CommanderError } from "commander";
import { type CommandFailure, failureOf } from "./command-failure.js";
import { end, endOnSignals, interrupted } from "./ending.js";
import { exitCodes } from "./exit-codes.js";
import { reportFailure } from "./failure-text.js";
import { outputOfArguments } from "./global-options.js";
import { misunderstood } from "./misunderstood.js";
import { createProgram, separateInspectAddress } from "./program.js";

const words = separateInspectAddress(process.argv.slice(2));
const output = outputOfArguments(words);

endOnSignals();
process.on("uncaughtException", (thrown) => void fail(failureOf(thrown)));
process.on("unhandledRejection", (thrown) => void fail(failureOf(thrown)));

const program = createProgram(output);

try {
  await program.parseAsync(words, { from: "user" });
  await end(Number(process.exitCode ?? exitCodes.fits));
} catch (thrown) {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) await end(exitCodes.fits);
  await fail(thrown instanceof CommanderError ? misunderstood(thrown, program, words) : failureOf(thrown));
}

async function fail(failure: CommandFailure): Promise<void> {
  // Who has interrupted the program knows why a call was cancelled; the signal's handler ends it.
  if (interrupted.aborted) return;
  await reportFailure(failure, output);
  await end(failure.exitCode);
}
