export type * from "./document.js";
export { contractToDts } from "./dts.js";
export { fingerprint } from "./fingerprint.js";
export { contractFromJson } from "./from-json.js";
export { contractToProto } from "./proto.js";
export { contractDocumentSchema } from "./schema.js";
export { contractToJson } from "./to-json.js";
export { valueFromJson, valueToJson } from "./value-json/index.js";
