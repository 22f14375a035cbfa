export { type WorkerPlaceOptions, workerPlace } from "./place.js";
