export { createGoModuleBuilder, type GoModuleBuilderOptions } from "./builder.js";
export { type EditorBindings, goBindings } from "./editor-bindings.js";
