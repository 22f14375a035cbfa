export { createCModuleBuilder } from "./builder.js";
