import type { PlaceTraits } from "../../runtime/index.js";

/** A process on the host's machine. */
export const processTraits: PlaceTraits = Object.freeze({ thread: "own", process: "own", blocking: true, local: true });

/** Where a runtime loads that starts programs itself: in the host's own thread. */
export const launchingTraits: PlaceTraits = Object.freeze({
  thread: "host",
  process: "host",
  blocking: false,
  local: true,
});
