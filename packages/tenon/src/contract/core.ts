/**
 * The part of the contract layer that a running plugin needs: types, names, signatures, validation. Code that starts in
 * its own thread or process imports this, and not the whole index with its parsers and formats.
 */
export type * from "./model/infer.js";
export type * from "./model/model.js";
export { mostValueLevels } from "./model/model.js";
export { camel, pascal } from "./model/names.js";
export { mostInItself } from "./model/reach.js";
export {
  answeredType,
  fullType,
  type Signature,
  signatures,
} from "./model/signature.js";
export { streamTypes } from "./model/stream-types.js";
export * from "./validate/index.js";
