export { inlinePlace } from "./place.js";
