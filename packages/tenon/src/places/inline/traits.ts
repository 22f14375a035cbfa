import type { PlaceTraits } from "../../runtime/index.js";

/** The host's own thread. Whoever blocks there blocks the host. */
export const inlineTraits: PlaceTraits = Object.freeze({
  thread: "host",
  process: "host",
  blocking: false,
  local: true,
});
