import { stat } from "node:fs/promises";
import { isTenonError } from "../../errors/index.js";
import { CommandFailure } from "../../terminal/command-failure.js";
import { exitCodes } from "../../terminal/exit-codes.js";

/** Returns the result of work on a Go package. A folder that does not exist is an error of the command line, not of the plugin. */
export async function expectFolder<T>(folder: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    if (!isTenonError(thrown, "TENON_GO_NO_SOURCE")) throw thrown;
    const isFolder = (await stat(folder).catch(() => undefined))?.isDirectory() === true;
    throw isFolder ? thrown : new CommandFailure(thrown, exitCodes.usage);
  }
}
