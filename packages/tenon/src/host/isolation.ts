import { isolationUnavailable, type ReachedIsolation, sandboxUnavailable } from "../errors/factories/host.js";
import type { TenonError } from "../errors/index.js";
import type { Level, NoSandbox, Place, PlaceName, Runtime } from "../runtime/index.js";
import { defaultPlace, placesOffered } from "./check.js";

/** Every level, the weakest first. */
const levels: readonly Level[] = ["none", "contained", "sandboxed"];

/** Returns whether a level is at least the one that is wanted. */
export function reachesLevel(level: Level, wanted: Level): boolean {
  return levels.indexOf(level) >= levels.indexOf(wanted);
}

function stronger(one: Level, other: Level): Level {
  return reachesLevel(one, other) ? one : other;
}

/** The level that a runtime's plugins reach in a place if `open` asks for it, or why the place does not sandbox them. */
async function levelIn(runtime: Runtime, place: Place): Promise<{ level: Level; refused?: NoSandbox }> {
  const level = stronger(place.isolation.level, runtime.isolates ?? "none");
  if (level === "sandboxed" || place.sandboxes === undefined) return { level };
  const answer = await place.sandboxes();
  return answer === true ? { level: "sandboxed" } : { level, refused: answer };
}

/**
 * Returns the name of the place where a plugin runs unless `open` names one: the one that the runtime prefers, or the first of the
 * host's places that reaches the level that `open` asks for.
 *
 * @throws TENON_ISOLATION_UNAVAILABLE if none does.
 */
export async function placeReaching(
  name: string,
  runtime: Runtime,
  places: ReadonlyMap<string, Place>,
  wanted: Level | undefined,
): Promise<PlaceName> {
  const preferred = defaultPlace(runtime, places);
  if (wanted === undefined || wanted === "none") return preferred;
  const offered = placesOffered(runtime, places);
  // Then the place is refused, with the reason.
  if (offered.length === 0) return preferred;
  const order = [...offered.filter(([at]) => at === preferred), ...offered.filter(([at]) => at !== preferred)];
  let refusal: TenonError | undefined;
  for (const [at, place] of order) {
    // Trying the system costs a moment, so it is asked for only where it decides.
    const enough = reachesLevel(stronger(place.isolation.level, runtime.isolates ?? "none"), wanted);
    if (enough) return at as PlaceName;
    if (wanted !== "sandboxed") continue;
    const { level, refused } = await levelIn(runtime, place);
    if (level === wanted) return at as PlaceName;
    if (refused !== undefined) refusal ??= sandboxUnavailable(name, refused);
  }
  throw (
    refusal ??
    (await levelNotReached(name, preferred, order[0]?.[1].isolation.level ?? "none", wanted, runtime, places))
  );
}

/** Makes the error for a plugin that does not reach the level in its place, with the places where it does. */
export async function levelNotReached(
  name: string,
  place: string,
  level: Level,
  wanted: Level,
  runtime: Runtime,
  places: ReadonlyMap<string, Place>,
): Promise<TenonError> {
  // What the runtime itself isolates, it isolates in every place.
  const own = places.get(place)?.isolation.level ?? "none";
  const least = level !== own && reachesLevel(level, own) ? level : "none";
  const reached: ReachedIsolation[] = [];
  for (const [at, other] of placesOffered(runtime, places)) {
    reached.push({ place: at, level: stronger((await levelIn(runtime, other)).level, least) });
  }
  return isolationUnavailable(name, wanted, { place, level }, reached, levels);
}
