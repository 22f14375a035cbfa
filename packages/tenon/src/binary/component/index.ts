export { decodeComponent } from "./decode.js";
export type * from "./model.js";
export { readComponent } from "./read-component.js";
export type * from "./validate/types.js";
