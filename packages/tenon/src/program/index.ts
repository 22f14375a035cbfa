export { readFileFacts } from "./file-facts.js";
export type { GoFacts } from "./go-facts.js";
export { inspectProgram } from "./inspect-program.js";
export type { Inspection, ProgramExport, ProgramImport, ProgramKind } from "./inspection.js";
export { readProgram, readProgramHead } from "./read-program.js";
