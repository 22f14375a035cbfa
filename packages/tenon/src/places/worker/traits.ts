import type { PlaceTraits } from "../../runtime/index.js";

/** A thread of the host's process. */
export const workerTraits: PlaceTraits = Object.freeze({ thread: "own", process: "host", blocking: true, local: true });
