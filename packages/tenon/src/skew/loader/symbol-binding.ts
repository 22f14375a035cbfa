import type { DynamicSymbol, ElfFile } from "../../binary/elf/index.js";
import { symbolUndefined } from "../../errors/factories/go-loader.js";
import { glibcTexts } from "../quoted/glibc.js";
import type { Loaded } from "./libraries.js";
import type { LoadFailure } from "./load-failure.js";

/** A symbol that a file uses but does not define, and the version that it needs. */
export interface Reference {
  readonly symbol: DynamicSymbol;
  readonly version: string | undefined;
  readonly library: string | undefined;
}

/** Returns the undefined symbols that relocations refer to, in the loader's order and without weak ones. */
export function references(elf: ElfFile): Reference[] {
  const { symbols } = elf;
  const found = new Map<number, Reference | undefined>();
  elf.relocations?.each((_address, _type, index) => {
    if (index === 0 || found.has(index) || symbols === undefined) return;
    const symbol = symbols.at(index);
    const isLeft = !symbol.isDefined && symbol.binding !== "weak" && symbol.binding !== "local";
    const number = isLeft ? symbols.versionOf(index)?.index : undefined;
    const need = number === undefined ? undefined : elf.versionNeeds.find((one) => one.index === number);
    found.set(index, isLeft ? { symbol, version: need?.version, library: need?.library } : undefined);
  });
  return [...found.values()].filter((each) => each !== undefined);
}

/** Returns the failure for the first reference that no file in the scope defines. Source: glibc, elf/dl-lookup.c. */
export function undefinedSymbol(file: Loaded, scope: readonly Loaded[]): LoadFailure | undefined {
  for (const { symbol, version } of references(file.elf)) {
    if (scope.some(({ elf }) => defines(elf, symbol.name, version))) continue;
    return missingSymbol(file.path, symbol.name, version);
  }
  return undefined;
}

export function missingSymbol(path: string, name: string, version: string | undefined): LoadFailure {
  return {
    outcome: "error",
    text: `${path}: ${glibcTexts.undefinedSymbol(name, version)}`,
    finding: symbolUndefined(path, name),
  };
}

function defines(elf: ElfFile, name: string, version: string | undefined): boolean {
  const { symbols } = elf;
  if (symbols === undefined) return false;
  for (const found of symbols.definitions(name)) {
    if (version === undefined) return true;
    const own = symbols.versionOf(found.index);
    if (own === undefined || elf.versionDefinitions.length === 0) return true;
    // Version 1 means a definition without a version name.
    if (own.index === 1) return true;
    if (elf.versionDefinitions.some((each) => each.index === own.index && each.version === version)) return true;
  }
  return false;
}
