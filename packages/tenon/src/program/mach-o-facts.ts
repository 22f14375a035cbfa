import type { MachOFile } from "../binary/index.js";
import { readFatArchitectures } from "../binary/index.js";
import type { Attempt } from "./attempt.js";
import type { FormatFacts, ProgramExport, ProgramKind } from "./inspection.js";

/**
 * Returns the facts about a Mach-O file.
 *
 * @param whole The whole file: a fat one contains more than one program.
 */
export function machOFacts(file: MachOFile, whole: Uint8Array, isFat: boolean, attempt: Attempt): FormatFacts {
  const { header, buildVersion } = file;
  const libraries = attempt(() => file.libraries, []);
  const kind = kindOf(file);
  return {
    kind,
    format: `Mach-O${isFat ? " (fat)" : ""}, ${header.bits} bits, ${header.littleEndian ? "little" : "big"}-endian`,
    platform: file.image.platform,
    architectures: isFat ? attempt(() => readFatArchitectures(whole).map(({ arch }) => arch ?? "unknown"), []) : [],
    minimumOs: buildVersion === undefined ? undefined : `${buildVersion.platform} ${buildVersion.minimumOs}`,
    interpreter: undefined,
    cLibrary: libraries.some(({ path }) => /\/libSystem\./.test(path))
      ? { name: "libSystem", minimum: undefined }
      : undefined,
    libraries: libraries.map(({ path }) => path),
    hasSymbols: attempt(
      () => file.symbols.some(({ external, kind: symbolKind }) => !external && symbolKind === "section"),
      false,
    ),
    hasDebugData: file.sections.some(({ name }) => name === "__debug_info" || name === "__zdebug_info"),
    exports: kind === "shared-library" ? attempt(() => exportsOf(file), []) : [],
    imports: [],
    wasi: undefined,
    producers: [],
  };
}

function kindOf({ header }: MachOFile): ProgramKind {
  switch (header.type) {
    case "executable":
    case "dylinker":
      return "program";
    case "object":
      return "object";
    case "core":
      return "core-dump";
    default:
      return "shared-library";
  }
}

function exportsOf(file: MachOFile): ProgramExport[] {
  const names =
    file.exports?.map(({ name }) => name) ??
    file.symbols.filter(({ external, kind }) => external && kind === "section").map(({ name }) => name);
  // C names have a leading underscore.
  return names.map((name) => ({ name: name.replace(/^_/, ""), kind: "symbol", type: undefined }));
}
