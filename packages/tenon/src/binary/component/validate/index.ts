export type * from "./types.js";
export { validateComponent } from "./validate.js";
