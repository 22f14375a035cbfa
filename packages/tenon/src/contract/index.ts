export { contract, t } from "./building/builder.js";
export * from "./compat/index.js";
export * from "./formats/index.js";
export {
  contractFromJsonSchema,
  type JsonCodec,
  type JsonSchemaContract,
  type JsonSchemaOptions,
  type SchemaFunction,
  schemaFromType,
} from "./formats/json-schema/index.js";
export * from "./formats/protobuf/index.js";
export type { JsonValue } from "./json/index.js";
export { contractsEqual } from "./model/equal.js";
export type * from "./model/infer.js";
export type * from "./model/model.js";
export { mostValueLevels } from "./model/model.js";
export { camel, isWitName, kebab, pascal } from "./model/names.js";
export { answeredType, findSignature, fullType, resources, type Signature, signatures } from "./model/signature.js";
export { streamTypes } from "./model/stream-types.js";
export * from "./validate/index.js";
export * from "./wit/index.js";
