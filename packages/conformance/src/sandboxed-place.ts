import { createHost, type Host } from "tenon";
import type { Place } from "tenon/runtime";

declare module "tenon" {
  interface Places {
    /** Processes in sandboxes, whatever `open` asks for. */
    sandbox: Place;
  }
}

/** Makes a host that has the process place a second time, where every plugin is sandboxed. */
export function createSandboxingHost(): Host {
  const place = createHost().places.get("process");
  if (place === undefined) throw new Error("the host has no process place");
  const sandbox: Place = {
    ...place,
    name: "sandbox",
    isolation: { ...place.isolation, level: "sandboxed" },
    start: (runtime, prepared, request, limits) =>
      place.start(runtime, prepared, { ...request, isolation: "sandboxed" }, limits),
  };
  return createHost({ places: { sandbox } });
}
