import { describe, expect, test } from "vitest";
import { contract } from "../../contract/index.js";
import { errors } from "../../errors/index.js";
import type { Instance, LoadRequest, PlaceLimits, Prepared, Runtime } from "../../runtime/index.js";
import { inlinePlace } from "./place.js";

const limits: PlaceLimits = { bytes: 1000, memory: 0, grace: 100 };
const prepared: Prepared = { path: "/plugins/one.js", fingerprint: "1", payload: undefined };

function request(signal: AbortSignal = new AbortController().signal): LoadRequest {
  return {
    contract: contract("demo:empty@1.0.0", {}),
    imports: { get: () => undefined },
    log() {},
    signal,
    settings: undefined,
    grants: {},
    limits: { memory: 0, table: 0, bytes: 0 },
  };
}

function runtime(load: Runtime["load"], inline: true | string = true): Runtime {
  return {
    name: "fake",
    module: "fake:",
    offers: { inline, worker: true, process: true },
    recognise: async () => undefined,
    check: async () => [],
    prepare: async () => prepared,
    load,
  };
}

const instance = (close: () => void = () => {}) =>
  ({
    place: "inline",
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

  test("refuses a runtime that does not run inline, with its reason", async () => {
    const start = inlinePlace().start(
      runtime(async () => instance(), "it needs a process"),
      prepared,
      request(),
      limits,
    );
    await expect(start).rejects.toMatchObject({
      code: "TENON_RUNTIME_UNAVAILABLE",
      message: expect.stringContaining("it needs a process"),
    });
  });

  test("a failure while loading is TENON_LOAD_FAILED with the plugin's stack", async () => {
    const failure = new Error("no such table");
    const fails = runtime(() => Promise.reject(failure));
    await expect(inlinePlace().start(fails, prepared, request(), limits)).rejects.toMatchObject({
      code: "TENON_LOAD_FAILED",
      cause: failure,
      pluginStack: failure.stack,
    });
    const throwsAtOnce = runtime(() => {
      throw "text";
    });
    await expect(inlinePlace().start(throwsAtOnce, prepared, request(), limits)).rejects.toMatchObject({
      code: "TENON_LOAD_FAILED",
      message: expect.stringContaining("text"),
    });
  });

  test("a coded failure stays as it is", async () => {
    const fails = runtime(() => Promise.reject(errors.TENON_EXPORT_MISSING("greet")));
    await expect(inlinePlace().start(fails, prepared, request(), limits)).rejects.toMatchObject({
      code: "TENON_EXPORT_MISSING",
    });
  });

  test("cancelled loading rejects immediately, and an instance that loads later is closed", async () => {
    const abort = new AbortController();
    let finish: (instance: Instance) => void = () => {};
    const slow = runtime(() => new Promise((resolve) => (finish = resolve)));
    const start = inlinePlace().start(slow, prepared, request(abort.signal), limits);
    abort.abort();
    await expect(start).rejects.toMatchObject({ code: "TENON_LOAD_DEADLINE" });
    await new Promise<void>((closed) => finish(instance(closed)));
  });

  test("the signal's own coded reason is passed on, even if it was aborted before", async () => {
    const reason = errors.TENON_PLUGIN_CLOSED("closed while opening");
    const start = inlinePlace().start(
      runtime(async () => instance()),
      prepared,
      request(AbortSignal.abort(reason)),
      limits,
    );
    await expect(start).rejects.toBe(reason);
  });
});
