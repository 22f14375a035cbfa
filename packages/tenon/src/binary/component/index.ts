export { decodeComponent } from "./decode/decode.js";
export type * from "./decode/model.js";
export { readComponent } from "./read-component.js";
export type * from "./validate/types.js";
