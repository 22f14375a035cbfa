import type { PlaceTraits } from "../../runtime/index.js";

/** The host's own thread. Code that blocks it blocks the host. */
export const inlineTraits: PlaceTraits = Object.freeze({
  thread: "host",
  process: "host",
  blocking: false,
  local: true,
});
