import type { PlaceTraits } from "../../../runtime/index.js";

/** The traits of a thread that the runtime starts itself, for a program or an HTTP handler: only the plugin runs in it. */
export const ownThread: PlaceTraits = Object.freeze({ thread: "own", process: "host", blocking: true, local: true });
