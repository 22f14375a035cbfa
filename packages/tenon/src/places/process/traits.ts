import type { GrantName, PlaceTraits } from "../../runtime/index.js";

/** A process on the host's machine. */
export const processTraits: PlaceTraits = Object.freeze({ thread: "own", process: "own", blocking: true, local: true });

/** Where a runtime loads that starts programs itself: in the host's own thread. */
export const launchingTraits: PlaceTraits = Object.freeze({
  thread: "host",
  process: "host",
  blocking: false,
  local: true,
});

/** What holds for every plugin in it: a process with its own environment and a limit of its memory. */
export const processGrants: readonly GrantName[] = ["environment", "resources.memory"];
