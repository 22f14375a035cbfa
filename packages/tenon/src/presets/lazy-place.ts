import type { Place } from "../runtime/index.js";

/** What is known of a place before its code is loaded. */
export interface PlaceDescriptor extends Pick<Place, "name" | "traits" | "enforces" | "isolation" | "resourceLimits"> {
  /** Whether it may sandbox plugins. Only its code can say whether it does. */
  readonly maySandbox?: boolean;
}

/** A place whose code is imported when the first plugin starts in it. */
export function lazyPlace({ maySandbox, ...known }: PlaceDescriptor, load: () => Promise<Place>): Place {
  let loading: Promise<Place> | undefined;
  const place = (): Promise<Place> => (loading ??= load());
  return {
    ...known,
    start: async (...parameters) => (await place()).start(...parameters),
    close: async () => (await loading)?.close(),
    ...(maySandbox === true
      ? { sandboxes: async () => (await (await place()).sandboxes?.()) ?? { reason: "it has no sandbox" } }
      : {}),
  };
}
