import { AsyncLocalStorage } from "node:async_hooks";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Call, contract, createHost, type Plugin, t, withMetadata } from "tenon";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

const api = contract("demo:context@1.0.0", {
  imports: {
    ask: t.func([["what", t.string]], t.string),
    wait: t.func([]),
  },
  exports: {
    read: t.func([], t.string),
    pass: t.func([["what", t.string]], t.string),
    later: t.func([["what", t.string]], t.string),
    give: t.func([["what", t.string]], t.string),
    hang: t.func([]),
    block: t.func([["what", t.string]], t.string),
    deaf: t.func([]),
    after: t.func([]),
  },
});

const source = `
  let context;
  export function activate(given) { context = given; }
  export const read = (call) => JSON.stringify(call.metadata);
  export const pass = (what) => context.imports.ask(what);
  export async function later(what) { await new Promise((done) => setTimeout(done, 1)); return context.imports.ask(what); }
  export const give = (what) => context.withMetadata({ own: "1", tenant: "other" }, () => context.imports.ask(what));
  export const hang = () => context.imports.wait();
  export const block = (what) => context.sync.ask(what);
  export const deaf = () => new Promise(() => {});
  export function after() { setTimeout(() => context.imports.ask("after"), 1); }
`;

let folder: string;
const host = createHost();
const opened: Plugin<any>[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-context-"));
  await writeFile(join(folder, "plugin.mjs"), source);
});
afterEach(async () => {
  for (const plugin of opened.splice(0)) await plugin.close();
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

interface Imports {
  ask?(what: string, call: Call): string | Promise<string>;
  wait?(call: Call): void | Promise<void>;
}

async function open(place: "inline" | "worker" | "process", imports: Imports = {}) {
  const given = { ask: () => "", wait: () => {}, ...imports };
  const plugin = await host.open(join(folder, "plugin.mjs"), api, { place, fresh: true, imports: given });
  opened.push(plugin);
  return plugin;
}

const asMetadata = (_: string, call: Call) => JSON.stringify(call.metadata);
const places = ["inline", "worker", "process"] as const;

describe.each(places)("in the place %s", (place) => {
  test("what a call carries reaches the plugin, and the functions of the host that the plugin calls for it", async () => {
    const plugin = await open(place, { ask: asMetadata });
    const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tenant: "ä" };
    expect(JSON.parse(await plugin.with({ metadata: trace }).read())).toEqual(trace);
    expect(await plugin.exports.read()).toBe("{}");
    expect(JSON.parse(await plugin.with({ metadata: trace }).pass(""))).toEqual(trace);
    expect(JSON.parse(await plugin.with({ metadata: trace }).later(""))).toEqual(trace);
    expect(await plugin.exports.pass("")).toBe("{}");
    expect(await plugin.exports.later("")).toBe("{}");
    expect(JSON.parse((await plugin.call("pass", [""], { metadata: { a: "1" } })) as string)).toEqual({ a: "1" });
  });

  test("withMetadata gives it to all calls in there, and what is nearer wins", async () => {
    const plugin = await open(place, { ask: asMetadata });
    await withMetadata({ tenant: "acme", missing: undefined }, async () => {
      await new Promise((done) => setTimeout(done, 1));
      expect(await plugin.exports.pass("")).toBe('{"tenant":"acme"}');
      expect(JSON.parse(await plugin.with({ metadata: { tenant: "b", a: "1" } }).later(""))).toEqual({
        tenant: "b",
        a: "1",
      });
      expect(JSON.parse(await plugin.exports.give(""))).toEqual({ tenant: "other", own: "1" });
    });
    expect(JSON.parse(await plugin.exports.give(""))).toEqual({ tenant: "other", own: "1" });
  });

  test("the host's AsyncLocalStorage is visible in its functions, whichever of many calls made them", async () => {
    const storage = new AsyncLocalStorage<number>();
    const plugin = await open(place, {
      ask: async (what) => {
        const before = storage.getStore();
        await new Promise((done) => setTimeout(done, 1));
        return `${what} ${before} ${storage.getStore()}`;
      },
    });
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        storage.run(index, () => plugin.exports[index % 2 === 0 ? "pass" : "later"](String(index))),
      ),
    );
    expect(all).toEqual(Array.from({ length: 50 }, (_, index) => `${index} ${index} ${index}`));
    expect(await plugin.exports.pass("none")).toBe("none undefined undefined");
  });

  test("a call inside a call ends when that is cancelled, through several plugins", async () => {
    const reasons: unknown[] = [];
    const inner = await open("worker");
    let begun!: (value: unknown) => void;
    const beginning = new Promise((resolve) => (begun = resolve));
    const middle = await open(place, {
      wait: () => {
        begun(undefined);
        return inner.exports.deaf().catch((error) => void reasons.push(error));
      },
    });
    const outer = await open(place, { wait: () => middle.exports.hang() });
    const controller = new AbortController();
    const running = outer.with({ signal: controller.signal }).hang();
    running.catch(() => {});
    await beginning;
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: "TENON_CALL_ABORTED" });
    await expect.poll(() => reasons).toEqual([expect.objectContaining({ code: "TENON_CALL_ABORTED" })]);
  });

  test("a call without a deadline inside one with 100 ms ends after 100 ms", async () => {
    const seen: number[] = [];
    const reasons: unknown[] = [];
    const inner = await open("worker");
    const outer = await open(place, {
      wait: (call) => {
        seen.push((call.deadline ?? 0) - Date.now());
        return inner
          .with({ deadline: 0 })
          .deaf()
          .catch((error) => void reasons.push(error));
      },
    });
    await expect(outer.with({ deadline: 100 }).hang()).rejects.toMatchObject({ code: "TENON_CALL_DEADLINE" });
    await expect.poll(() => reasons).toEqual([expect.objectContaining({ code: "TENON_CALL_DEADLINE" })]);
    expect(seen[0]).toBeGreaterThan(0);
    expect(seen[0]).toBeLessThanOrEqual(101);
  });

  test("a detached call outlasts the call that made it", async () => {
    let done!: (value: unknown) => void;
    const result = new Promise((resolve) => (done = resolve));
    const inner = await open("worker", { ask: () => "kept" });
    const outer = await open(place, {
      wait: async (call) => {
        await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
        done(Promise.allSettled([inner.with({ detached: true }).pass(""), inner.exports.pass("")]));
      },
    });
    await expect(outer.with({ deadline: 50 }).hang()).rejects.toMatchObject({ code: "TENON_CALL_DEADLINE" });
    expect(await result).toMatchObject([{ value: "kept" }, { reason: { code: "TENON_CALL_DEADLINE" } }]);
  });
});

test.each(["inline", "worker"] as const)(
  "a synchronous call of the host has the context in the place %s",
  async (place) => {
    const storage = new AsyncLocalStorage<string>();
    const plugin = await open(place, { ask: (_, call) => `${storage.getStore()} ${JSON.stringify(call.metadata)}` });
    const text = await storage.run("request", () => plugin.with({ metadata: { a: "1" } }).block(""));
    expect(text).toBe('request {"a":"1"}');
  },
);

test.each(["worker", "process"] as const)(
  "a plugin that calls after its call has ended has no context of it: %s",
  async (place) => {
    const storage = new AsyncLocalStorage<string>();
    let told!: (seen: unknown) => void;
    const seen = new Promise((resolve) => (told = resolve));
    const plugin = await open(place, {
      ask: (_, { metadata, deadline }) => {
        told({ metadata, deadline, store: storage.getStore() });
        return "";
      },
    });
    await storage.run("x", () => plugin.with({ metadata: { a: "1" }, deadline: 5 }).after());
    expect(await seen).toEqual({ metadata: {}, deadline: undefined, store: undefined });
  },
);

describe("metadata that cannot be carried is refused where it is given", () => {
  const hostile = {
    get a(): string {
      throw new Error("no");
    },
  };
  const many = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`k${index}`, "v"]));
  test.each<[string, any]>([
    ["megabytes", { a: "x".repeat(4 << 20) }],
    ["bytes in sum", { a: "x".repeat(8000), b: "ü".repeat(100) }],
    ["33 entries", many],
    ["a key with a control character", { "a\n": "b" }],
    ["a key in capitals", { Tenant: "b" }],
    ["an empty key", { "": "b" }],
    ["__proto__", JSON.parse('{"__proto__": "b"}')],
    ["a line break in a value", { a: "b\r\nc: d" }],
    ["a lone surrogate", { a: "\ud800" }],
    ["a number", { a: 1 }],
    ["a getter that throws", hostile],
    ["a list", ["a"]],
  ])("%s", async (_, metadata) => {
    const plugin = await open("inline");
    const refused = expect.objectContaining({
      code: Array.isArray(metadata) ? expect.any(String) : "TENON_METADATA_INVALID",
    });
    expect(() => plugin.with({ metadata })).toThrow(refused);
    expect(() => withMetadata(metadata, () => {})).toThrow(refused);
    await expect(plugin.call("read", [], { metadata })).rejects.toEqual(refused);
  });

  test("what is inherited counts", async () => {
    const plugin = await open("worker");
    const half = { a: "x".repeat(5000) };
    await withMetadata(half, async () => {
      await expect(plugin.with({ metadata: { b: "x".repeat(5000) } }).read()).rejects.toMatchObject({
        code: "TENON_METADATA_INVALID",
      });
    });
  });
});
