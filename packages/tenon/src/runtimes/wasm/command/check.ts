import type { WasmModule } from "../../../binary/wasm/index.js";
import { commandImportUnknown } from "../../../errors/factories/wasm.js";
import type { Finding } from "../../../errors/index.js";
import { preview1Module, preview1Names } from "../../../wasi/index.js";

/** Finds imports of a command of preview 1 that are not in preview 1. Nothing else provides functions to a command. */
export function checkCommand(module: WasmModule, given: string): readonly Finding[] {
  return module.imports
    .filter(({ module: from, name, external }) => !isProvided(from, name, external.kind))
    .map(({ module: from, name, external }) => commandImportUnknown(given, external.kind, from, name).finding());
}

function isProvided(from: string, name: string, kind: string): boolean {
  return kind === "function" && from === preview1Module && preview1Names.has(name);
}
