export { processPlace } from "./place.js";
