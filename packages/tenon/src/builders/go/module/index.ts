export { createGoModuleBuilder } from "./builder.js";
