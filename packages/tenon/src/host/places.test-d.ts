import { createHost, open, type PlaceName, type Places } from "tenon";
import type { Place } from "tenon/runtime";

/** How a package adds the name of its own place. */
declare module "tenon" {
  interface Places {
    "test-threads": Place;
  }
}

/** Every name that Tenon brings, and the one that was added. */
export const names: readonly PlaceName[] = ["inline", "worker", "worker-pool", "process", "test-threads"];
// @ts-expect-error there is no such place
export const unknown: PlaceName = "cellar";

export async function typed(place: Places["test-threads"]): Promise<PlaceName> {
  await open("x", undefined, { place: "worker-pool" });
  await open("x", undefined, { place: "test-threads" });
  // @ts-expect-error there is no such place
  await open("x", undefined, { place: "wroker" });
  // @ts-expect-error a place that was not declared cannot be registered
  createHost({ places: { cellar: place } });
  const host = createHost({ places: { "test-threads": place } });
  await host.pool("x", undefined, { place: "test-threads", instances: 2 });
  // @ts-expect-error there is no such place
  await host.pool("x", undefined, { place: "wroker" });
  const plugin = await host.open("x");
  // @ts-expect-error it is one of the names, not any string
  if (plugin.place === "cellar") throw new Error("never");
  return plugin.place;
}
