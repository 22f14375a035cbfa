import type { ElfFile } from "../binary/index.js";
import type { Attempt } from "./attempt.js";
import { cLibraryOfElf } from "./c-library.js";
import type { FormatFacts, ProgramExport, ProgramKind } from "./inspection.js";

const typeObject = 1;
const typeFunction = 2;
const typeIndirectFunction = 10;
/** Symbols that the linker itself defines. */
const linkerSymbols = new Set(["_init", "_fini", "_edata", "_end", "__bss_start", "_start"]);

/** Returns the facts about an ELF file. */
export function elfFacts(file: ElfFile, attempt: Attempt): FormatFacts {
  const { header } = file;
  attempt(() => file.expectWhole(), undefined);
  const kind = attempt(() => kindOf(file), "shared-library");
  const sections = attempt(() => file.sections, []);
  return {
    kind,
    format: `ELF, ${header.bits} bits, ${header.littleEndian ? "little" : "big"}-endian`,
    platform: file.image.platform,
    architectures: [],
    minimumOs: undefined,
    interpreter: file.interpreter,
    cLibrary: attempt(() => cLibraryOfElf(file), undefined),
    libraries: attempt(() => file.dynamic?.needed ?? [], []),
    hasSymbols: sections.some(({ name }) => name === ".symtab"),
    hasDebugData: sections.some(({ name }) => name === ".debug_info" || name === ".zdebug_info"),
    exports: kind === "shared-library" ? attempt(() => exportsOf(file), []) : [],
    imports: [],
    wasi: undefined,
    producers: [],
  };
}

function kindOf(file: ElfFile): ProgramKind {
  switch (file.header.type) {
    case "relocatable":
      return "object";
    case "core":
      return "core-dump";
    case "executable":
      return "program";
    default:
      return file.interpreter !== undefined || file.dynamic?.isProgram === true ? "program" : "shared-library";
  }
}

function exportsOf(file: ElfFile): ProgramExport[] {
  const found: ProgramExport[] = [];
  const versions = new Set(file.versionDefinitions.map(({ version }) => version));
  for (const { name, isDefined, binding, isVisible, type } of file.symbols ?? []) {
    if (!isDefined || binding === "local" || !isVisible || name === "" || linkerSymbols.has(name) || versions.has(name))
      continue;
    if (type === typeFunction || type === typeIndirectFunction) found.push({ name, kind: "function", type: undefined });
    else if (type === typeObject) found.push({ name, kind: "variable", type: undefined });
    else found.push({ name, kind: "symbol", type: undefined });
  }
  return found;
}
