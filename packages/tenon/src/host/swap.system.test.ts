import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, t } from "tenon";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const places = ["inline", "worker", "worker-pool", "process"] as const;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-swap-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a plugin and returns its path. */
async function written(name: string, source: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, source);
  return path;
}

/** A promise that is resolved from outside. */
function event() {
  let happened!: () => void;
  const promise = new Promise<void>((resolve) => {
    happened = resolve;
  });
  return { promise, happened };
}

/** A busy machine may need longer than the usual grace period to end what ends by itself. */
const unhurried = { grace: 10_000 };

/** Inline, calls settle without the event loop turning, and a swap needs it to. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

const Box = t.resource("box", { constructs: [], methods: { get: t.func([], t.u32, { async: true }) } });
const boxed = contract("test:boxed@1.0.0", {
  imports: {
    ran: t.func([]),
    wait: t.func([], undefined, { async: true }),
  },
  exports: {
    boxes: t.interface({ Box, work: t.func([["box", t.borrow(Box)]], t.u32, { async: true }) }),
  },
});
const boxSource = `let imports;
export const activate = (context) => { imports = context.imports; };
class Box { async get() { await imports.ran(); return 7; } }
export const boxes = { Box, async work(box) { await imports.wait(); await imports.ran(); return 8; } };`;
const savingSource = `${boxSource}
export const saveState = async () => { await imports.wait(); return {}; };
export const restoreState = () => {};`;

describe.each(places)("the methods of objects: %s", (place) => {
  test("called without pause during swaps without state, all are answered, or have not run", async () => {
    let ran = 0;
    const imports = { ran: () => void ran++, wait: async () => {} };
    const host = createHost();
    const path = await written(`boxes-${place}.mjs`, boxSource);
    const plugin = await host.open(path, boxed, { place, imports, limits: unhurried });
    let answered = 0;
    let running = true;
    const caller = async () => {
      while (running) {
        const box = await plugin.exports.boxes.Box.new();
        const failure = await (async () => {
          for (; running; answered++) {
            await box.get();
            await turn();
          }
        })().catch((error: unknown) => error);
        if (running || failure !== undefined) expect(failure).toMatchObject({ code: "TENON_RESOURCE_GONE" });
      }
    };
    const callers = Promise.all([caller(), caller(), caller(), caller()]);
    for (let swaps = 0; swaps < 10; swaps++) {
      expect(await plugin.swap()).toMatchObject({ state: "none", closed: { forced: false } });
    }
    running = false;
    await callers;
    expect(ran).toBe(answered);
    await host.close();
  });

  test("called while the state is saved, wait; after a rollback they run, and after the swap they do not", async () => {
    let ran = 0;
    let saving = event();
    let saved = event();
    const wait = () => {
      saving.happened();
      return saved.promise;
    };
    const imports = { ran: () => void ran++, wait };
    const host = createHost();
    const path = await written(`saves-${place}.mjs`, savingSource);
    const refuses = await written(
      `refuses-${place}.mjs`,
      savingSource.replace("restoreState = () => {}", "restoreState = () => { throw new Error('no'); }"),
    );
    const plugin = await host.open(path, boxed, { place, imports });
    const box = await plugin.exports.boxes.Box.new();

    const failing = plugin.swap(refuses);
    await saving.promise;
    const kept = box.get();
    if (place !== "process")
      expect(() => plugin.sync.boxes.work(box as never)).toThrow(
        expect.objectContaining({ code: "TENON_SYNC_UNAVAILABLE" }),
      );
    saved.happened();
    await expect(failing).rejects.toMatchObject({ code: "TENON_STATE_FAILED" });
    expect([await kept, ran]).toEqual([7, 1]);

    saving = event();
    saved = event();
    const swap = plugin.swap();
    await saving.promise;
    const lost = box.get();
    saved.happened();
    await expect(lost).rejects.toMatchObject({
      code: "TENON_RESOURCE_GONE",
      message: expect.stringContaining("replaced by a swap"),
    });
    expect((await swap).state).toBe("migrated");
    expect(ran).toBe(1);
    await host.close();
  });

  test("can be called by the host while a call that lent the object still runs in the old instance", async () => {
    const begun = event();
    const flipped = event();
    const host = createHost();
    const path = await written(`lends-${place}.mjs`, boxSource);
    const imports = {
      ran: () => {},
      wait: async () => {
        begun.happened();
        await flipped.promise;
        expect(await box.get()).toBe(7);
      },
    };
    const plugin = await host.open(path, boxed, { place, imports });
    const box = await plugin.exports.boxes.Box.new();
    const working = plugin.exports.boxes.work(box);
    await begun.promise;
    const old = plugin.id;
    const swap = plugin.swap();
    // Where instances share a thread, or the host's, there is no number by which to see the flip.
    while (plugin.id === old && (place === "worker" || place === "process")) await turn();
    flipped.happened();
    expect(await working).toBe(8);
    await swap;
    await expect(box.get()).rejects.toMatchObject({ code: "TENON_RESOURCE_GONE" });
    await host.close();
  });
});

const port = contract("test:port@1.0.0", { exports: { version: t.func([], t.string) } });

/** A plugin that owns a port, and fails to start if the port is taken. */
function listening(number: number, version: string): string {
  return `import { createServer } from "node:net";
  const server = createServer();
  export const activate = () => new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(${number}, "127.0.0.1", () => resolve());
  });
  export const deactivate = () => new Promise((resolve) => server.close(resolve));
  export const version = () => ${JSON.stringify(version)};`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.each(places)("an exclusive swap of a plugin that owns a port: %s", (place) => {
  test("gives the port to the new instance, and calls wait", async () => {
    const number = await freePort();
    const first = await written(`port-1-${place}.mjs`, listening(number, "1"));
    const second = await written(`port-2-${place}.mjs`, listening(number, "2"));
    await using host = createHost();
    const plugin = await host.open(first, port, { place, limits: unhurried });
    await expect(plugin.swap(second)).rejects.toMatchObject({ code: "TENON_LOAD_FAILED" });
    const swap = plugin.swap(second, { exclusive: true });
    while ((await plugin.exports.version()) !== "2") await turn();
    expect(await swap).toMatchObject({ state: "none", closed: { forced: false } });
    expect((await plugin.swap(first, { exclusive: true })).to.artifact).toBe(first);
    expect(await plugin.exports.version()).toBe("1");
  });

  test("starts the old artifact again if the new one fails, and calls that waited run there", async () => {
    const number = await freePort();
    const first = await written(`again-1-${place}.mjs`, listening(number, "1"));
    const second = await written(`again-2-${place}.mjs`, `${listening(number, "2")} throw new Error("not today");`);
    await using host = createHost();
    const plugin = await host.open(first, port, { place });
    const before = plugin.id;
    const swap = plugin.swap(second, { exclusive: true });
    const call = plugin.exports.version();
    await expect(swap).rejects.toMatchObject({
      code: "TENON_LOAD_FAILED",
      message: expect.stringContaining("rolled back while opening the new instance"),
    });
    expect(await call).toBe("1");
    expect(plugin.state).toBe("active");
    if (place === "process") expect(plugin.id).not.toBe(before);
  });
});

test("an exclusive swap whose old artifact does not start again leaves a crashed plugin, which is restarted", async () => {
  const counted = contract("test:counted@1.0.0", {
    imports: { starts: t.func([], t.u32) },
    exports: { version: t.func([], t.string) },
  });
  const path = await written(
    "second-start-fails.mjs",
    `export async function activate({ imports }) { if (await imports.starts() === 2) throw new Error("busy"); }
     export const version = () => "1";`,
  );
  const broken = await written("broken.mjs", "throw new Error('broken'); export const version = () => '2';");
  let starts = 0;
  await using host = createHost();
  const imports = { starts: () => ++starts };
  const plugin = await host.open(path, counted, { imports, supervision: { backoff: { first: 1 } } });
  const crashed = event();
  host.on("crashed", crashed.happened);
  await expect(plugin.swap(broken, { exclusive: true })).rejects.toMatchObject({ code: "TENON_LOAD_FAILED" });
  await crashed.promise;
  expect(await plugin.exports.version()).toBe("1");
  expect(starts).toBe(3);
});

test("an exclusive swap is refused if calls do not end in time, and the old instance goes on", async () => {
  const work = contract("test:work@1.0.0", {
    imports: { wait: t.func([], undefined, { async: true }) },
    exports: { work: t.func([], t.u32, { async: true }) },
  });
  const path = await written(
    "work.mjs",
    "let c; export const activate = (given) => { c = given }; export async function work() { await c.imports.wait(); return 1; }",
  );
  const done = event();
  const begun = event();
  const wait = () => {
    begun.happened();
    return done.promise;
  };
  await using host = createHost();
  const plugin = await host.open(path, work, { imports: { wait }, limits: { drain: 30 } });
  const working = plugin.exports.work();
  await begun.promise;
  await expect(plugin.swap(path, { exclusive: true })).rejects.toMatchObject({ code: "TENON_SWAP_DEADLINE" });
  done.happened();
  expect(await working).toBe(1);
});

describe.each(places)("a swap that close ends: %s", (place) => {
  test("says so, whether it is loading or handing over state, and nothing is left", async () => {
    const saving = event();
    const wait = () => {
      saving.happened();
      return new Promise<void>(() => {});
    };
    const imports = { ran: () => {}, wait };
    const path = await written(`ends-${place}.mjs`, savingSource);
    const host = createHost();
    const ended = { code: "TENON_PLUGIN_CLOSED", message: expect.stringContaining("the plugin was closed") };

    const loading = await host.open(path, boxed, { place, imports });
    const first = loading.swap();
    const refused = expect(first).rejects.toMatchObject(ended);
    await loading.close();
    await refused;

    const plugin = await host.open(path, boxed, { place, imports });
    const second = plugin.swap();
    const interrupted = expect(second).rejects.toMatchObject({
      ...ended,
      message: expect.stringContaining("ended while handing over its state: the plugin was closed"),
    });
    await saving.promise;
    await plugin.close();
    await interrupted;
    expect(host.plugins).toEqual([]);
    await host.close();
  });
});
