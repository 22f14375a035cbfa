export { createTypeScriptBuilder, type TypeScriptBuilderOptions } from "./builder.js";
