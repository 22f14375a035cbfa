import type { WasmModule } from "../../../binary/wasm/index.js";
import type { Contract } from "../../../contract/core.js";
import type { Finding } from "../../../errors/index.js";
import { planExports } from "./exports.js";
import { planImports } from "./imports.js";

/** Finds functions of the contract that an Extism plugin lacks or cannot have, and imports that nothing provides. */
export function checkExtism(module: WasmModule, contract: Contract | undefined, given: string): readonly Finding[] {
  if (contract === undefined) return [];
  return [...planExports(module, contract, given).findings, ...planImports(module, contract, given).findings];
}
