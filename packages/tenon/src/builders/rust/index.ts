export { createRustModuleBuilder } from "./builder.js";
