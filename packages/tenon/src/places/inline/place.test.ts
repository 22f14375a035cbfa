import { describe, expect, test } from "vitest";
import { contract } from "../../contract/index.js";
import type {
  Instance,
  LoadRequest,
  PlaceLimits,
  PlaceTraits,
  Prepared,
  Runtime,
  StartRequest,
} from "../../runtime/index.js";
import { inlinePlace } from "./place.js";

const limits: PlaceLimits = { bytes: 1000, memory: 0, grace: 100 };
const prepared: Prepared = { path: "/plugins/one.js", fingerprint: "1", payload: undefined };

function request(signal: AbortSignal = new AbortController().signal): StartRequest {
  return {
    contract: contract("demo:empty@1.0.0", {}),
    imports: { get: () => undefined },
    log() {},
    signal,
    settings: undefined,
    options: {},
    grants: {},
    limits: { memory: 0, table: 0, bytes: 0 },
  };
}

function runtime(load: Runtime["load"]): Runtime {
  return {
    name: "fake",
    module: "fake:",
    offers: () => true,
    recognise: async () => undefined,
    check: async () => [],
    prepare: async () => prepared,
    load,
  };
}

const instance = (close: () => void = () => {}) =>
  ({
    async close() {
      close();
      return { proof: "collectable", forced: false, resources: 0 };
    },
  }) as unknown as Instance;

describe("the inline place", () => {
  test("returns what the runtime loads, and claims no isolation", async () => {
    const loaded = instance();
    const place = inlinePlace();
    expect(
      await place.start(
        runtime(async () => loaded),
        prepared,
        request(),
        limits,
      ),
    ).toBe(loaded);
    expect(place.isolation).toMatchObject({ level: "none", crash: false, interruptible: false, memory: false });
    await place.close();
  });

  test("tells the runtime that it shares the host's thread", async () => {
    let given: PlaceTraits | undefined;
    const place = inlinePlace();
    const load = async (_: Prepared, { traits }: LoadRequest) => {
      given = traits;
      return instance();
    };
    await place.start(runtime(load), prepared, request(), limits);
    expect(given).toEqual({ thread: "host", process: "host", blocking: false, local: true });
    expect(place.traits).toEqual(given);
  });
});
