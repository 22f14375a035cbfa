export type { GoFacts } from "./go-facts.js";
export { inspectProgram } from "./inspect-program.js";
export type {
  CarriedContract,
  CLibrary,
  FormatFacts,
  Inspection,
  ProgramExport,
  ProgramImport,
  ProgramKind,
} from "./inspection.js";
export { type Program, readProgram, readProgramHead } from "./read-program.js";
