export { type ProcessPlaceOptions, processPlace } from "./place.js";
