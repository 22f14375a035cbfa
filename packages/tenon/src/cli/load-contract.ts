import { extname } from "node:path";
import type { Contract } from "../contract/index.js";
import { isTenonError } from "../errors/index.js";
import { readCarriedContract } from "../runtime/carried-contract.js";
import { CommandFailure, usageError } from "./command-failure.js";
import { didYouMeanFile } from "./did-you-mean-file.js";
import { exitCodes } from "./exit-codes.js";

const moduleEndings = new Set([".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"]);

/**
 * Reads a contract that the command line names: a `.wit` file or a folder of them, a JSON document, or a TypeScript or
 * JavaScript module that exports one. A module is run; nothing else is.
 *
 * @param world which one, where there are several.
 * @throws whatever is wrong with it, as a mistake in the command line.
 */
export async function loadContract(path: string, world: string | undefined): Promise<Contract> {
  try {
    if (moduleEndings.has(extname(path))) {
      const { contractOfModule } = await import("./contract-module.js");
      return await contractOfModule(path, world);
    }
    const contract = await readCarriedContract(path, world);
    if (contract !== undefined) return contract;
  } catch (thrown) {
    throw isTenonError(thrown) ? new CommandFailure(thrown, exitCodes.usage) : thrown;
  }
  throw usageError(
    `the contract ${path} does not exist${await didYouMeanFile(path)}`,
    "Name a .wit file or a folder of them, a .json document, or a .ts or .js module that exports a contract.",
  );
}
