import { extname } from "node:path";
import type { Contract } from "../../contract/index.js";
import { contractFileMissing } from "../../errors/factories/command-contract.js";
import { isTenonError } from "../../errors/index.js";
import { readCarriedContract } from "../../runtime/carried-contract.js";
import { CommandFailure } from "../../terminal/command-failure.js";
import { exitCodes } from "../../terminal/exit-codes.js";
import { didYouMeanFile } from "./did-you-mean-file.js";
import { contractOfJsonSchema } from "./json-schema-contract.js";
import { contractOfProtobuf } from "./protobuf-contract.js";

const moduleExtensions = new Set([".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"]);

/**
 * Reads a contract that the command line names: a `.wit` file or a folder of them, a JSON file (Tenon's own, a JSON Schema or
 * a list of tools), a .proto file or descriptor set, or a TypeScript or JavaScript module that exports one. Runs modules, and
 * nothing else.
 *
 * @param world which contract, if there is more than one; of a .proto file, which service
 * @throws CommandFailure with the exit code of usage errors, whatever is wrong with the contract
 */
export async function loadContract(path: string, world: string | undefined): Promise<Contract> {
  try {
    if (moduleExtensions.has(extname(path))) {
      const { contractOfModule } = await import("./contract-module.js");
      return await contractOfModule(path, world);
    }
    const schema = await contractOfJsonSchema(path);
    if (schema !== undefined) return schema.contract;
    const protobuf = await contractOfProtobuf(path, { service: world });
    if (protobuf !== undefined) return protobuf.contract;
    const contract = await readCarriedContract(path, world);
    if (contract !== undefined) return contract;
  } catch (thrown) {
    throw isTenonError(thrown) ? new CommandFailure(thrown, exitCodes.usage) : thrown;
  }
  throw contractFileMissing(path, await didYouMeanFile(path));
}
