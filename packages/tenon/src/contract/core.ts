/**
 * The part of the contract layer that a running plugin needs: types, names, signatures, validation. Code that starts in
 * its own thread or process imports this, and not the whole index with its parsers and formats.
 */
export type * from "./infer.js";
export type * from "./model.js";
export { camel, pascal } from "./names.js";
export {
  answeredType,
  fullType,
  type Signature,
  signatures,
} from "./signature.js";
export { streamTypes } from "./stream-types.js";
export * from "./validate/index.js";
