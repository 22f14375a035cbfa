export { type CBindings, cBindings } from "./bindings/index.js";
export { type CModuleBuilderOptions, createCModuleBuilder } from "./builder.js";
