import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTenonError } from "../errors/index.js";
import { damageIn } from "./level-log.js";
import { memoryStorage } from "./memory.js";
import { PluginStore } from "./plugin-store.js";
import { storageOf } from "./storage.js";
import { remoteStorage, serveStorage } from "./wire.js";

const most = { bytes: 10_000, entries: 100 };
const opened = async () =>
  new PluginStore("keeper", await memoryStorage().open("keeper"), { bytes: 0, entries: 0 }, most);

describe("what a plugin's process sends", () => {
  test("is answered, or refused with a code, whatever it is", async () => {
    const serve = serveStorage(await opened());
    const key = fc.oneof(fc.string(), fc.constant("a"), fc.anything());
    const changes = fc.oneof(
      fc.array(fc.tuple(key, fc.oneof(fc.nat(20), fc.constant(null), fc.anything()))),
      fc.anything(),
    );
    const request = fc.oneof(
      fc.tuple(fc.constant("get"), key),
      fc.tuple(fc.constant("keys"), key, key, fc.oneof(fc.integer(), fc.anything())),
      fc.tuple(fc.constant("write"), changes, changes),
      fc.anything(),
    );
    await fc.assert(
      fc.asyncProperty(request, fc.uint8Array({ maxLength: 40 }), async (parameters, bytes) => {
        try {
          await serve(parameters, bytes);
        } catch (thrown) {
          if (!isTenonError(thrown)) throw thrown;
          expect(thrown.code).toMatch(/^TENON_(?:STORAGE_INVALID|STORAGE_FULL|WIRE_MALFORMED)$/);
        }
      }),
      { numRuns: times(500) },
    );
  });

  test("of a write comes as it was, in any combination of values and expectations", async () => {
    const store = await opened();
    const serve = serveStorage(store);
    const remote = remoteStorage(async (parameters, bytes) => {
      const answer = await serve(JSON.parse(JSON.stringify(parameters)), bytes.slice());
      return answer === undefined ? undefined : JSON.parse(JSON.stringify(answer));
    });
    const change = fc.record({
      key: fc.constantFrom("a", "b", "c", "ü"),
      value: fc.option(fc.uint8Array({ maxLength: 20 }), { nil: undefined }),
    });
    const model = new Map<string, Uint8Array>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 5 }),
        fc.array(change, { maxLength: 1 }),
        async (changes, expected) => {
          const fits = expected.every(({ key, value }) => {
            const found = model.get(key);
            return found === undefined || value === undefined ? found === value : Buffer.compare(found, value) === 0;
          });
          expect(await remote.write(changes, expected)).toBe(fits);
          if (fits)
            for (const { key, value } of changes) {
              if (value === undefined) model.delete(key);
              else model.set(key, value);
            }
          for (const key of ["a", "b", "c", "ü"]) expect(await remote.get(key)).toEqual(model.get(key));
          expect(await remote.keys({ prefix: "", limit: 1000 })).toEqual([...model.keys()].sort());
          let bytes = 0;
          for (const [key, value] of model) bytes += Buffer.byteLength(key) + value.byteLength;
          expect(await remote.use()).toEqual({ bytes, entries: model.size, most });
        },
      ),
      { numRuns: times(300) },
    );
  });

  test("more requests than a plugin's side sends are refused, and the others answered", async () => {
    const never = { ...(await opened()), get: () => new Promise<undefined>(() => {}) };
    const serve = serveStorage(never as never);
    for (let count = 0; count < 1000; count++) void serve(["get", "a"], new Uint8Array());
    await expect(serve(["get", "a"], new Uint8Array())).rejects.toMatchObject({ code: "TENON_CALL_BUFFER_FULL" });
  });
});

test("a log of any bytes is read to its end", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(70_000), (bytes, zeros) => {
      const log = new Uint8Array(bytes.length + zeros);
      log.set(bytes, zeros % 2 === 0 ? 0 : zeros);
      const at = damageIn(log);
      if (at !== undefined) expect(at).toBeLessThan(log.length);
    }),
    { numRuns: times(300) },
  );
});

describe("storageOf()", () => {
  test("copies what it is given, and keeps at most 64 operations under way", async () => {
    let underWay = 0;
    let peak = 0;
    const store = await opened();
    const storage = storageOf({
      get: (key) => store.get(key),
      keys: (range) => store.keys(range),
      use: () => store.use(),
      async write(changes, expected) {
        peak = Math.max(peak, ++underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay--;
        return store.write(changes, expected);
      },
    });
    const value = new Uint8Array([1]);
    const storing = storage.set("a", value);
    value[0] = 2;
    await storing;
    expect(await storage.get("a")).toEqual(new Uint8Array([1]));
    await Promise.all(Array.from({ length: 300 }, () => storage.set("b", "text")));
    expect(peak).toBe(64);
    expect(await storage.getText("b")).toBe("text");
  });

  test("reads text and JSON strictly", async () => {
    const storage = storageOf(await opened());
    await storage.setJson("json", { list: [1, "ü"] });
    expect(await storage.getJson("json")).toEqual({ list: [1, "ü"] });
    expect(await storage.getJson("missing")).toBeUndefined();
    await storage.set("bytes", new Uint8Array([0xff]));
    await expect(storage.getText("bytes")).rejects.toMatchObject({ code: "TENON_STORAGE_INVALID" });
    await storage.set("text", "no JSON");
    await expect(storage.getJson("text")).rejects.toMatchObject({ code: "TENON_STORAGE_INVALID" });
    await expect(storage.setJson("a", undefined)).rejects.toMatchObject({ code: "TENON_STORAGE_INVALID" });
    await expect(storage.set("a", 5 as never)).rejects.toMatchObject({ code: "TENON_STORAGE_INVALID" });
    await expect(storage.set("\ud800", "")).rejects.toMatchObject({ code: "TENON_STORAGE_INVALID" });
    expect(await storage.has("text")).toBe(true);
  });

  test("an update that always meets another change ends with a code", async () => {
    const storage = storageOf({ ...portOf(), write: async () => false });
    await expect(storage.update("a", () => "b")).rejects.toMatchObject({ code: "TENON_STORAGE_CONFLICT" });
  });

  test("lists more keys than a page has", async () => {
    const keys = Array.from({ length: 2500 }, (_, index) => String(index).padStart(5, "0"));
    const storage = storageOf({
      ...portOf(),
      keys: async ({ after = "", limit }) => keys.filter((key) => key > after).slice(0, limit),
    });
    const found = [];
    for await (const key of storage.keys()) found.push(key);
    expect(found).toEqual(keys);
  });
});

function portOf() {
  return {
    get: async () => undefined,
    keys: async () => [],
    write: async () => true,
    use: async () => ({ bytes: 0, entries: 0, most }),
  };
}
