export { type Bubblewrap, findBubblewrap } from "./bubblewrap.js";
export { type SandboxedProgram, sandboxedProgram } from "./sandboxed-program.js";
