import type { Place } from "../runtime/index.js";

/** What is known of a place before its code is loaded. */
export type PlaceDescriptor = Pick<Place, "name" | "traits" | "isolation">;

/** A place whose code is imported when the first plugin starts in it. */
export function lazyPlace({ name, traits, isolation }: PlaceDescriptor, load: () => Promise<Place>): Place {
  let loading: Promise<Place> | undefined;
  return {
    name,
    traits,
    isolation,
    start: async (...parameters) => (await (loading ??= load())).start(...parameters),
    close: async () => (await loading)?.close(),
  };
}
