export { createTypeScriptBuilder } from "./builder.js";
