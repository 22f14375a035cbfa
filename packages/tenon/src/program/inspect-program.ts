import { type Binary, packer, readBinary } from "../binary/index.js";
import { inFile, programIsCoreDump, programNotGo, programPacked } from "../errors/factories/binary.js";
import { type Finding, isTenonError } from "../errors/index.js";
import { type Attempt, findingOfError, makeAttempt } from "./attempt.js";
import { exportsToC } from "./c-exports.js";
import { elfFacts } from "./elf-facts.js";
import { type GoFacts, goFacts } from "./go-facts.js";
import type { FormatFacts, Inspection, ProgramKind } from "./inspection.js";
import { machOFacts } from "./mach-o-facts.js";
import { peFacts } from "./pe-facts.js";
import { contractOfProgram } from "./program-contract.js";
import { type Program, readProgram } from "./read-program.js";
import { wasmComponentFacts, wasmModuleFacts } from "./wasm-facts.js";

/**
 * Reads all facts about a program file without running it. A broken part is a finding; a file that cannot be read at all
 * is an error.
 *
 * @param given A path (relative to the current directory), or a `file:` URL.
 * @param options.arch The part of a fat Mach-O file to read, as GOARCH.
 * @throws TENON_BINARY_UNKNOWN (not a program), TENON_BINARY_MALFORMED, TENON_BINARY_TRUNCATED, and as {@link readProgram}
 */
export async function inspectProgram(
  given: string | URL,
  options: { arch?: string | undefined } = {},
): Promise<Inspection> {
  const program = await readProgram(given);
  const findings: Finding[] = [];
  const about = { artifact: program.given, path: program.path, size: program.bytes.length };
  if (program.recognised.format === "core-dump") return { ...about, ...coreDump(program) };
  const attempt = makeAttempt(program.given, findings);
  const binary = readNamed(program, options);
  const format = formatFacts(binary, program, attempt);
  const packed = packer(program.bytes);
  if (packed !== undefined) findings.push(programPacked(program.given, packed.name));
  const { go, symbols } = attempt(() => goFacts(binary), undefined) ?? { go: undefined, symbols: [] };
  if (go === undefined && packed === undefined && !binary.format.startsWith("wasm"))
    findings.push(programNotGo(program.given));
  const kind = kindOf(format, go);
  const exported =
    kind === "go-plugin" ? symbols : kind === "go-c-shared" ? attempt(() => exportsToC(binary), undefined) : undefined;
  const contract = await contractOfProgram(program, binary).catch((thrown: unknown) => {
    const found = findingOfError(thrown, program.given);
    if (!findings.some(({ message }) => message === found.message)) findings.push(found);
    return undefined;
  });
  return { ...about, ...format, kind, exports: exported ?? format.exports, go, contract, findings };
}

function formatFacts(binary: Binary, program: Program, attempt: Attempt): FormatFacts {
  switch (binary.format) {
    case "elf":
      return elfFacts(binary.file, attempt);
    case "mach-o":
      return machOFacts(binary.file, program.bytes, program.recognised.format === "mach-o-fat", attempt);
    case "pe":
      return peFacts(binary.file, attempt);
    case "wasm-module":
      return wasmModuleFacts(binary.file, attempt);
    case "wasm-component":
      return wasmComponentFacts(binary.file, attempt);
  }
}

function kindOf({ kind }: FormatFacts, go: GoFacts | undefined): ProgramKind {
  if (go === undefined || (kind !== "program" && kind !== "shared-library")) return kind;
  const mode = go.settings["-buildmode"];
  if (mode === "c-archive") return kind;
  if (kind === "program") return "go-program";
  return mode === "plugin" || go.pluginPath !== undefined ? "go-plugin" : "go-c-shared";
}

function coreDump(program: Program): Omit<Inspection, "artifact" | "path" | "size"> {
  return {
    kind: "core-dump",
    format: "ELF",
    platform: { os: undefined, arch: undefined },
    architectures: [],
    minimumOs: undefined,
    interpreter: undefined,
    cLibrary: undefined,
    libraries: [],
    hasSymbols: false,
    hasDebugData: false,
    exports: [],
    imports: [],
    wasi: undefined,
    producers: [],
    go: undefined,
    contract: undefined,
    findings: [programIsCoreDump(program.given, program.recognised.name)],
  };
}

/** Reads the program and adds its path to errors, because the readers do not know it. */
function readNamed(program: Program, options: { arch?: string | undefined }): Binary {
  try {
    return readBinary(program.bytes, options);
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    throw inFile(program.given, thrown);
  }
}
