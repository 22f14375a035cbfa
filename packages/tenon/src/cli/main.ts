#!/usr/bin/env node
import { failureOf } from "../terminal/command-failure.js";
import { outputOfArguments } from "./options/global-options.js";
import { exit, exitOnSignals } from "./output/shutdown.js";
import { processTerminal } from "./output/terminal.js";
import { separateInspectAddress } from "./program.js";
import { reportAndReturnCode, runProgram } from "./run-program.js";

const words = separateInspectAddress(process.argv.slice(2));
const output = outputOfArguments(words, processTerminal);

exitOnSignals(() => output.exitCode);
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

await exit(await runProgram(words, output));

async function fail(thrown: unknown): Promise<void> {
  await exit(await reportAndReturnCode(failureOf(thrown), output));
}
