import type { PlaceTraits } from "../../runtime/index.js";

/** A process on the host's machine. */
export const processTraits: PlaceTraits = Object.freeze({ thread: "own", process: "own", blocking: true, local: true });
