import type { DynamicSymbol, ElfFile } from "../../binary/elf/index.js";
import { finding } from "../../errors/index.js";
import type { Loaded } from "./libraries.js";
import type { LoaderAnswer } from "./loader-answer.js";

/** A symbol that a file leaves to others, and the version of it that it asks for. */
export interface Reference {
  readonly symbol: DynamicSymbol;
  readonly version: string | undefined;
  readonly library: string | undefined;
}

/** The undefined symbols that relocations refer to, in the order in which the loader comes across them; weak ones left out. */
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

/** The first reference that nothing in the scope defines: the loader ends there. Source: glibc, elf/dl-lookup.c. */
export function undefinedSymbol(file: Loaded, scope: readonly Loaded[]): LoaderAnswer | undefined {
  for (const { symbol, version } of references(file.elf)) {
    if (scope.some(({ elf }) => defines(elf, symbol.name, version))) continue;
    return missingSymbol(file.path, symbol.name, version);
  }
  return undefined;
}

export function missingSymbol(path: string, name: string, version: string | undefined): LoaderAnswer {
  return {
    outcome: "error",
    text: `${path}: undefined symbol: ${name}${version === undefined ? "" : `, version ${version}`}`,
    finding: finding("TENON_GO_SYMBOL_UNDEFINED", {
      subject: path,
      message: `${path} uses ${name}, which neither the host nor any library that it is linked with defines`,
    }),
  };
}

function defines(elf: ElfFile, name: string, version: string | undefined): boolean {
  const { symbols } = elf;
  if (symbols === undefined) return false;
  for (const found of symbols.definitions(name)) {
    if (version === undefined) return true;
    const own = symbols.versionOf(found.index);
    if (own === undefined || elf.versionDefinitions.length === 0) return true;
    // Version 1 is that of definitions without a name.
    if (own.index === 1) return true;
    if (elf.versionDefinitions.some((each) => each.index === own.index && each.version === version)) return true;
  }
  return false;
}
