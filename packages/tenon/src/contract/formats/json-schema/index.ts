export type { JsonCodec } from "./codec.js";
export { schemaFromType } from "./from-type.js";
export { nameFrom as schemaName } from "./names.js";
export {
  contractFromJsonSchema,
  type JsonSchemaContract,
  type JsonSchemaOptions,
  type SchemaFunction,
} from "./tools.js";
