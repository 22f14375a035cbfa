export { workerPlace } from "./place.js";
