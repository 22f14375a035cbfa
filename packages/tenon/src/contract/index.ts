export { contract, t } from "./builder.js";
export * from "./compat/index.js";
export * from "./formats/index.js";
export type * from "./infer.js";
export type * from "./model.js";
export { camel, isWitName, kebab, pascal } from "./names.js";
export { answeredType, findSignature, fullType, resources, type Signature, signatures } from "./signature.js";
export * from "./validate/index.js";
