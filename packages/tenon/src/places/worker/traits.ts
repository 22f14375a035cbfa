import type { GrantName, PlaceTraits } from "../../runtime/index.js";

/** A thread of the host's process. */
export const workerTraits: PlaceTraits = Object.freeze({ thread: "own", process: "host", blocking: true, local: true });

/** What holds for every plugin in it: a thread with its own environment and a limit of its heap and buffers. */
export const workerGrants: readonly GrantName[] = ["environment", "resources.memory"];
