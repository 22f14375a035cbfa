import { exportedByWrapper, exportSignatures, readDwarf } from "../binary/dwarf/index.js";
import type { Binary } from "../binary/index.js";
import type { ProgramExport } from "./inspection.js";

/**
 * Returns the functions that Go code exports to C, with their Go types if debug data contains them.
 *
 * @throws TENON_BINARY_MALFORMED
 */
export function exportsToC(binary: Binary): ProgramExport[] {
  const wrappers = [...symbolNames(binary)].filter((name) => exportedByWrapper(name) !== undefined);
  const dwarf = wrappers.length === 0 ? undefined : readDwarf(binary);
  const types = dwarf === undefined ? new Map<string, string>() : exportSignatures(dwarf, wrappers);
  const names = new Set(wrappers.map((symbol) => exportedByWrapper(symbol)!));
  return [...names].sort().map((name) => ({ name, kind: "function", type: types.get(name) }));
}

function* symbolNames(binary: Binary): Generator<string> {
  if (binary.format === "elf") for (const { name, isDefined } of binary.file.symbols ?? []) yield isDefined ? name : "";
  else if (binary.format === "pe") for (const { name } of binary.file.symbols) yield name;
  // Mach-O puts an underscore before every name.
  else if (binary.format === "mach-o") for (const { name } of binary.file.symbols) yield name.slice(1);
}
