export type { JsonCodec } from "./codec.js";
export {
  contractFromJsonSchema,
  type JsonSchemaContract,
  type JsonSchemaOptions,
  type SchemaFunction,
} from "./tools.js";
