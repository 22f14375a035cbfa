import type { PeFile } from "../binary/index.js";
import type { Attempt } from "./attempt.js";
import { cLibraryOfPe } from "./c-library.js";
import type { FormatFacts, ProgramExport } from "./inspection.js";

/** Returns the facts about a PE file. */
export function peFacts(file: PeFile, attempt: Attempt): FormatFacts {
  const { headers } = file;
  return {
    kind: headers.isLibrary ? "shared-library" : "program",
    format: `PE, ${headers.bits} bits, ${headers.subsystem}`,
    platform: file.image.platform,
    architectures: [],
    minimumOs: undefined,
    interpreter: undefined,
    cLibrary: attempt(() => cLibraryOfPe(file), undefined),
    libraries: attempt(() => file.imports.map(({ library }) => library), []),
    hasSymbols: headers.symbols.count > 0,
    hasDebugData: file.sections.some(({ name }) => name === ".debug_info" || name === ".zdebug_info"),
    exports: headers.isLibrary ? attempt(() => exportsOf(file), []) : [],
    imports: [],
    wasi: undefined,
    producers: [],
  };
}

function exportsOf(file: PeFile): ProgramExport[] {
  return file.exports.map(({ name, ordinal }) => ({ name: name ?? `#${ordinal}`, kind: "symbol", type: undefined }));
}
