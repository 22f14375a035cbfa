import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Contract, contract, createHost, isTenonError, t } from "tenon";
import { errors } from "tenon/errors";
import type { LoadRequest, PlaceName, Runtime } from "tenon/runtime";
import { describe, expect, onTestFinished, test } from "vitest";

const places: readonly PlaceName[] = ["inline", "worker", "worker-pool", "process"];

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "tenon-learn-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function write(name: string, text: string): string {
  const path = join(folder(), name);
  writeFileSync(path, text);
  return path;
}

/** Counts how often it is started, and has a bit of everything. */
function counter(more = ""): { path: string; starts: () => number } {
  const path = write(
    "counter.ts",
    `
import { appendFileSync } from "node:fs";
import { plugin } from "tenon/guest";
import { contract, t } from "tenon/contract";
appendFileSync(new URL("./starts", import.meta.url), "x");
const counter = t.resource("counter", { methods: { add: t.func([["by", t.u32]], t.u32) } });
const shape = contract("demo:counter@1.0.0", {
  imports: { factor: t.func([], t.u32) },
  exports: {
    store: t.interface({ Counter: counter, open: t.func([["from", t.u32]], t.own(counter)) }),
    list: t.func([["to", t.u32]], t.stream(t.u32)),
    crash: t.func([]),
    extra: t.optional(t.func([], t.bool)),
  },
});
class Counter { constructor(public value: number, private factor: number) {} add(by: number) { return (this.value += by * this.factor); } }
export default plugin(shape, ({ imports }: any) => ({
  store: { Counter, open: async (from: number) => new Counter(from, await imports.factor()) },
  list: async function* (to: number) { for (let i = 0; i < to; i++) yield i; },
  crash() { setTimeout(() => { throw new Error("gone"); }); return new Promise(() => {}); },
}) as any);
${more}`,
  );
  const starts = join(path, "..", "starts");
  return { path, starts: () => (existsSync(starts) ? readFileSync(starts, "utf8").length : 0) };
}

describe.each(places)("in the place %s", (place) => {
  test("open() without a contract goes on with the one that the code declares, after one start", async () => {
    const { path, starts } = counter();
    await using host = createHost();
    const plugin = (await host.open(path, undefined, { place, imports: { factor: () => 10 } as never })) as any;
    expect(plugin.contract.id).toBe("demo:counter@1.0.0");
    const made = await plugin.exports.store.open(5);
    expect(await made.add(2)).toBe(25);
    const items: number[] = [];
    for await (const item of await plugin.exports.list(3)) items.push(item);
    expect(items).toEqual([0, 1, 2]);
    expect(plugin.symbols()).not.toContain("extra");
    expect(starts()).toBe(1);
  });

  test("it is restarted and swapped with the contract that was learned", async () => {
    const { path, starts } = counter();
    await using host = createHost();
    const options = { place, imports: { factor: () => 1 } as never, supervision: { backoff: { first: 1 } } };
    const plugin = (await host.open(path, undefined, options)) as any;
    await plugin.swap(path);
    const restarted = new Promise((resolve) => host.on("restarted", resolve));
    expect(isTenonError(await plugin.exports.crash().catch((error: unknown) => error))).toBe(true);
    await restarted;
    expect(await (await plugin.exports.store.open(1)).add(1)).toBe(2);
    expect(starts()).toBe(3);
  });

  test("a host function that the learned contract needs is missing: nothing is left behind", async () => {
    const { path, starts } = counter();
    await using host = createHost();
    await expect(host.open(path, undefined, { place })).rejects.toMatchObject({ code: "TENON_IMPORT_MISSING" });
    expect(host.plugins).toEqual([]);
    expect(starts()).toBe(1);
    const plugin = await host.open(path, undefined, { place, imports: { factor: () => 1 } as never });
    expect(plugin.state).toBe("active");
  });

  test("code that declares none is TENON_CONTRACT_MISSING, and is not activated", async () => {
    const path = write(
      "plain.mjs",
      `import { writeFileSync } from "node:fs";
       export function activate() { writeFileSync(new URL("./activated", import.meta.url), ""); }
       export const add = (a, b) => a + b;`,
    );
    await using host = createHost();
    await expect(host.open(path, undefined, { place })).rejects.toMatchObject({ code: "TENON_CONTRACT_MISSING" });
    expect(existsSync(join(path, "..", "activated"))).toBe(false);
    expect(host.plugins).toEqual([]);
  });

  test("opening can be cancelled, and has its deadline", async () => {
    const never = write(
      "never.ts",
      `import { plugin } from "tenon/guest";
       import { contract, t } from "tenon/contract";
       export default plugin(contract("demo:never@1.0.0", { exports: { x: t.func([]) } }), ({ log }) => {
         log("starting");
         return new Promise(() => {}) as any;
       });`,
    );
    await using host = createHost();
    const late = host.open(never, undefined, { place, limits: { load: 500 } });
    await expect(late).rejects.toMatchObject({ code: "TENON_LOAD_DEADLINE" });
    const controller = new AbortController();
    host.on("log", () => controller.abort());
    const cancelled = host.open(never, undefined, { place, signal: controller.signal });
    await expect(cancelled).rejects.toMatchObject({ code: "TENON_CALL_ABORTED" });
    expect(host.plugins).toEqual([]);
  });
});

const greeter = contract("demo:greeter@1.0.0", { exports: { greet: t.func([["name", t.string]], t.string) } });
const asking = contract("demo:asking@1.0.0", {
  imports: { word: t.func([], t.string) },
  exports: { greet: t.func([["name", t.string]], t.string) },
});

/** A runtime of somebody else, whose plugins are objects of this test. */
function stranger(load: (request: LoadRequest) => Promise<Contract | undefined>) {
  const seen = { loads: 0, closed: 0, contracts: [] as string[] };
  const runtime: Runtime = {
    name: "stranger",
    module: "data:text/javascript,",
    offers: ({ thread }) => thread === "host" || "an object of the test",
    recognise: async ({ path }) =>
      path.endsWith(".stranger") ? { confidence: 2, description: "stranger's plugin" } : undefined,
    check: async () => [],
    prepare: async ({ path }) => ({ path, fingerprint: "x", payload: undefined }),
    async load(_, request) {
      seen.loads++;
      seen.contracts.push(request.contract.id);
      const declared = await load(request);
      return {
        isolation: {
          ...{ level: "none", memory: false, crash: false, interruptible: false, processes: false, by: [] },
          ...{ filesystem: false, network: false, environment: false, remarks: [] },
        },
        contract: declared,
        functions: { get: (path) => (path === "greet" ? { invoke: ([name]) => `hello ${name}` } : undefined) },
        lost: new Promise(() => {}),
        explain: (cause) => errors.TENON_CALL_THREW({ message: String(cause), cause }),
        async health() {},
        async save() {},
        restores: false,
        async restore() {},
        async close() {
          seen.closed++;
          return { proof: "collectable", forced: false, resources: 0 };
        },
      };
    },
  };
  return { runtime, seen };
}

describe("a runtime of somebody else", () => {
  const file = () => write("a.stranger", "x");

  test("whose instance says afterwards what it is goes on in the same instance if it needs nothing", async () => {
    const { runtime, seen } = stranger(async () => greeter);
    await using host = createHost({ runtimes: [runtime] });
    const plugin = (await host.open(file())) as any;
    expect(await plugin.exports.greet("Ada")).toBe("hello Ada");
    expect(seen).toMatchObject({ loads: 1, closed: 0 });
  });

  test("is started again with the contract if the plugin needs functions of the host", async () => {
    const { runtime, seen } = stranger(async () => asking);
    await using host = createHost({ runtimes: [runtime] });
    await host.open(file(), undefined, { imports: { word: () => "w" } as never });
    expect(seen).toEqual({ loads: 2, closed: 1, contracts: ["tenon:unknown", "demo:asking@1.0.0"] });
  });

  test("gets the host's functions from learned(), which is there only then", async () => {
    const { runtime, seen } = stranger(async (request) => {
      if (request.learned === undefined) return asking;
      const imports = await request.learned(asking);
      expect(await imports.get("word")?.invoke([], { signal: undefined, deadline: 0 })).toBe("w");
      return asking;
    });
    await using host = createHost({ runtimes: [runtime] });
    const options = { imports: { word: () => "w" } as never };
    const plugin = (await host.open(file(), undefined, options)) as any;
    expect(await plugin.exports.greet("Ada")).toBe("hello Ada");
    expect(seen).toMatchObject({ loads: 1, contracts: ["tenon:unknown"] });
    await host.open(file(), asking, options);
    expect(seen.contracts.at(-1)).toBe("demo:asking@1.0.0");
  });

  test.each([
    ["none", async () => undefined, "TENON_CONTRACT_MISSING"],
    [
      "something else",
      async (request: LoadRequest) => void (await request.learned?.({} as never)),
      "TENON_OPTION_INVALID",
    ],
    [
      "two",
      async (request: LoadRequest) => {
        await request.learned?.(greeter);
        await request.learned?.(asking);
        return greeter;
      },
      "TENON_INTERNAL",
    ],
  ])("that declares %s is refused, and its instance closed", async (_, load, code) => {
    const { runtime, seen } = stranger(load as (request: LoadRequest) => Promise<Contract | undefined>);
    await using host = createHost({ runtimes: [runtime] });
    await expect(host.open(file())).rejects.toMatchObject({ code });
    expect(host.plugins).toEqual([]);
    expect(seen.closed).toBe(code === "TENON_CONTRACT_MISSING" ? 1 : 0);
  });

  test("that says that it learns nothing is not started", async () => {
    const { runtime, seen } = stranger(async () => greeter);
    await using host = createHost({ runtimes: [{ ...runtime, learns: false }] });
    await expect(host.open(file())).rejects.toMatchObject({ code: "TENON_CONTRACT_MISSING" });
    expect(seen.loads).toBe(0);
  });
});
