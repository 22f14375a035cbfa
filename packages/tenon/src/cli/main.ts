#!/usr/bin/env node
import { failureOf } from "./command-failure.js";
import { outputOfArguments } from "./global-options.js";
import { separateInspectAddress } from "./program.js";
import { reportAndReturnCode, runProgram } from "./run-program.js";
import { exit, exitOnSignals } from "./shutdown.js";
import { processTerminal } from "./terminal.js";

const words = separateInspectAddress(process.argv.slice(2));
const output = outputOfArguments(words, processTerminal);

exitOnSignals(() => output.exitCode);
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

await exit(await runProgram(words, output));

async function fail(thrown: unknown): Promise<void> {
  await exit(await reportAndReturnCode(failureOf(thrown), output));
}
