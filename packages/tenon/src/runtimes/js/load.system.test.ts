import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTypeScriptBuilder } from "../../builders/typescript/index.js";
import { type Contract, contract, t } from "../../contract/index.js";
import { errors } from "../../errors/index.js";
import type { InstanceFunction, LoadRequest, LogLine, PlaceTraits } from "../../runtime/index.js";
import { readArtifact } from "../../runtime/read-artifact.js";
import { createJsRuntime } from "./runtime.js";

const inlineTraits: PlaceTraits = { thread: "host", process: "host", blocking: false, local: true };
const workerTraits: PlaceTraits = { ...inlineTraits, thread: "own", blocking: true };

const greeter = contract("demo:greeter@1.0.0", {
  imports: { log: t.func([["message", t.string]]), now: t.func([], t.u32) },
  exports: { greet: t.func([["name", t.string]], t.string) },
});
const failing = contract("demo:failing@1.0.0", {
  exports: { find: t.func([["key", t.string]], t.result(t.u32, t.string)), run: t.func([]) },
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-js-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const runtime = createJsRuntime(createTypeScriptBuilder());
const free = { signal: undefined, deadline: 0 };

interface Options {
  contract?: Contract<any, any>;
  imports?: Record<string, (...parameters: any[]) => unknown>;
  signal?: AbortSignal;
  settings?: unknown;
  grants?: LoadRequest["grants"];
  traits?: PlaceTraits;
}

async function load(files: Record<string, string> | string, options: Options = {}) {
  const sources = typeof files === "string" ? { "plugin.ts": files } : files;
  for (const [name, text] of Object.entries(sources)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const artifact = await readArtifact(join(folder, Object.keys(sources)[0] ?? ""));
  const lines: LogLine[] = [];
  const imports = new Map<string, InstanceFunction>(
    Object.entries(options.imports ?? {}).map(([name, call]) => [
      name,
      { invoke: (parameters) => call(...parameters), invokeSync: (parameters) => call(...parameters) },
    ]),
  );
  const instance = await runtime.load(await runtime.prepare(artifact), {
    contract: options.contract ?? greeter,
    imports,
    log: (line) => lines.push(line),
    signal: options.signal ?? new AbortController().signal,
    settings: options.settings,
    options: {},
    grants: options.grants ?? {},
    limits: { memory: 0, table: 0, bytes: 0 },
    traits: options.traits ?? inlineTraits,
  });
  const call = async (path: string, ...parameters: unknown[]) => instance.functions.get(path)?.invoke(parameters, free);
  return { instance, lines, call };
}

const rejection = (promise: Promise<unknown>): Promise<any> =>
  promise.then(
    () => expect.unreachable("it should have been rejected"),
    (error) => error,
  );

describe("the ways to write a plugin", () => {
  const ways: [string, Record<string, string>][] = [
    [
      "plugin() with a function of the context",
      {
        "plugin.ts": `import { plugin } from "tenon/guest"; import { contract, t } from "tenon/contract";
          const greeter = contract("demo:greeter@1.0.0", { exports: { greet: t.func([["name", t.string]], t.string) } });
          export default plugin(greeter, async () => ({ greet: (name) => "Hello, " + name }));`,
      },
    ],
    [
      "plugin() as module.exports",
      {
        "plugin.cjs": `const { plugin } = require("tenon/guest"); const { contract, t } = require("tenon/contract");
          const greeter = contract("demo:greeter@1.0.0", { exports: { greet: t.func([["name", t.string]], t.string) } });
          module.exports = plugin(greeter, { greet: (name) => "Hello, " + name });`,
      },
    ],
    ["named exports", { "plugin.mjs": 'export const greet = (name) => "Hello, " + name;' }],
    ["an object as default export", { "plugin.mts": 'export default { greet: (name: string) => "Hello, " + name };' }],
    ["CommonJS exports", { "plugin.js": 'exports.greet = (name) => "Hello, " + name;' }],
    ["a CommonJS object", { "plugin.js": 'module.exports = { greet(name) { return "Hello, " + name; } };' }],
    [
      "a package folder",
      {
        "../pack/index.ts": 'export * from "./greet.js"',
        "../pack/greet.ts": 'export function greet(name: string) { return "Hello, " + name; }',
      },
    ],
    ["a file without ending", { plugin: 'export const greet = (name) => "Hello, " + name;' }],
  ];
  test.each(ways)("%s", async (_, files) => {
    const { instance, call } = await load(files);
    expect(await call("greet", "Ada")).toBe("Hello, Ada");
    expect((await instance.close(free)).proof).toBe("collectable");
  });

  test("the instance has the contract that plugin() names", async () => {
    const { instance } = await load(ways[0]?.[1] ?? {});
    expect(instance.contract?.id).toBe("demo:greeter@1.0.0");
    await instance.close(free);
  });

  test("a plugin gets imports, synchronous imports, settings and a log", async () => {
    const { call, lines } = await load(
      `let context; export function activate(given) { context = given; }
       export async function greet(name) {
         await context.imports.log(name);
         context.log("done");
         return [await context.imports.now(), context.sync.now(), context.settings.word].join();
       }`,
      { imports: { log: async () => {}, now: () => 7 }, settings: { word: "hi" } },
    );
    expect(await call("greet", "Ada")).toBe("7,7,hi");
    expect(lines).toMatchObject([{ stream: "log", text: "done", level: "info" }]);
  });

  test("a name in the contract is not a hook, and functions are called directly", async () => {
    const named = contract("demo:named@1.0.0", { exports: { health: t.func([], t.u8), activate: t.func([], t.u8) } });
    const { instance, call } = await load("export const health = () => 1; export const activate = () => 2;", {
      contract: named,
    });
    await instance.health(free);
    expect([await call("health"), await call("activate")]).toEqual([1, 2]);
    expect(instance.functions.get("health")?.direct?.()).toBe(1);
    expect(instance.functions.get("health")).toBe(instance.functions.get("health"));
  });
});

describe("what fails while loading", () => {
  const cases: [string, string, string, string][] = [
    ["an exception", "throw new RangeError('too far');", "TENON_LOAD_FAILED", "RangeError: too far"],
    ["an exception that is no Error", "throw 'text';", "TENON_LOAD_FAILED", "text"],
    ["an exception that resists", "throw new Proxy({}, { get() { throw 1 } });", "TENON_LOAD_FAILED", "a proxy"],
    ["process.exit", "process.exit(3);", "TENON_LOAD_FAILED", "process.exit(3)"],
    ["process.exit by import", "import p from 'node:process'; p.exit();", "TENON_LOAD_FAILED", "process.exit()"],
    ["process.abort", "process.abort();", "TENON_LOAD_FAILED", "process.abort()"],
    ["killing itself", "process.kill(process.pid);", "TENON_LOAD_FAILED", "process.kill("],
    [
      "an exception in activate",
      "export function activate() { throw new Error('not now'); }",
      "TENON_LOAD_FAILED",
      "not now",
    ],
    ["a missing export", "export const gret = () => 1;", "TENON_EXPORT_MISSING", "greet()"],
    ["no exports", "export {};", "TENON_EXPORT_MISSING", "greet()"],
    [
      "a class instead of an object",
      "export default class Greeter { greet() {} }",
      "TENON_EXPORT_MISSING",
      "method of the class Greeter",
    ],
    ["a CommonJS class", "module.exports = class { greet() {} };", "TENON_EXPORT_MISSING", "method of a class"],
    ["an export of another kind", "export const greet = 'hello';", "TENON_EXPORT_KIND", "string"],
    ["null", "module.exports = null;", "TENON_EXPORT_MISSING", "greet()"],
    ["an unknown module", "require(['no-such-module'].join());", "TENON_LOAD_FAILED", "Cannot find module"],
  ];
  test.each(cases)("%s", async (_, source, code, message) => {
    const error = await rejection(load({ "plugin.js": source }));
    expect(error).toMatchObject({ code, subject: join(folder, "plugin.js") });
    expect(error.message).toContain(message);
  });

  test("an error that only V8 finds is reported with its position", async () => {
    const error = await rejection(load("type A = string;\nexport function greet() {\n  return /(/.test('');\n}"));
    expect(error).toMatchObject({
      code: "TENON_SYNTAX",
      message: expect.stringMatching(
        new RegExp(
          `^${folder}/plugin.ts:3:10: Invalid regular expression.*\\n {2}return /\\(/\\.test\\(""\\);\\n {9}\\^$`,
        ),
      ),
    });
  });

  test("an activation that never finishes is stopped at the deadline", async () => {
    const abort = new AbortController();
    const loading = load(
      "export const activate = () => { process.emit('tenon-test' as any); return new Promise(() => {}); };",
      {
        signal: abort.signal,
      },
    );
    await new Promise((resolve) => process.once("tenon-test", resolve));
    abort.abort();
    expect(await rejection(loading)).toMatchObject({ code: "TENON_LOAD_DEADLINE" });
  });

  test("the signal's own coded reason is kept", async () => {
    const reason = errors.TENON_PLUGIN_CLOSED("gone");
    expect(await rejection(load("export const greet = () => 1", { signal: AbortSignal.abort(reason) }))).toBe(reason);
  });
});

describe("stacks", () => {
  test("name the plugin's own files and lines, and no frames of the host", async () => {
    const { call } = await load({
      "plugin.ts": `interface Unused { a: string }\n\nimport { deep } from "./lib/deep.js";\nexport function greet(name: string): string {\n  return deep(name);\n}\n`,
      "lib/deep.ts": `import.meta.url;\ntype T = string;\nexport function deep(name: T): never {\n  throw new TypeError(\`no \${name}\`, { cause: new Error("why") });\n}\n`,
    });
    const error = await rejection(call("greet", "Ada"));
    expect(error.code).toBe("TENON_CALL_THREW");
    expect(error.pluginStack.split("\n")).toEqual([
      "TypeError: no Ada",
      expect.stringMatching(`at deep \\(${folder}/lib/deep.ts:4:9\\)$`),
      expect.stringMatching(`at (?:Object\\.)?greet \\(${folder}/plugin.ts:5:10\\)$`),
      "caused by Error: why",
      expect.stringMatching(`at deep \\(${folder}/lib/deep.ts:4:\\d+\\)$`),
      expect.stringMatching(`at (?:Object\\.)?greet \\(${folder}/plugin.ts:5:10\\)$`),
    ]);
    expect(error.stack).not.toContain("deep.ts:4");
  });

  test("have the file's columns on a first line that follows import.meta", async () => {
    const { call } = await load(`import.meta.url; export function greet() { throw new Error("x"); }`);
    expect((await rejection(call("greet"))).pluginStack).toContain(`${folder}/plugin.ts:1:50`);
  });

  test("have positions for failures at load and in activate too", async () => {
    expect((await rejection(load("\nconst a = 1;\nthrow new Error('x');"))).pluginStack).toContain(
      `${folder}/plugin.ts:3:7`,
    );
    const late = await rejection(load("export async function activate() {\n  await null;\n  throw new Error('x');\n}"));
    expect(late.pluginStack).toContain(`${folder}/plugin.ts:3:9`);
    const exit = await rejection(load("\nfunction stop() { process.exit(); }\nstop();"));
    expect(exit.pluginStack).toContain(`${folder}/plugin.ts:2:27`);
  });

  test("are mapped by explain() for functions that are called directly", async () => {
    const { instance } = await load("export function greet() {\n  throw new Error('x');\n}");
    let thrown: unknown;
    try {
      instance.functions.get("greet")?.direct?.("Ada");
    } catch (error) {
      thrown = error;
    }
    expect(instance.explain(thrown, "greet")).toMatchObject({
      code: "TENON_CALL_THREW",
      message: "greet() threw: x",
      pluginStack: expect.stringContaining(`${folder}/plugin.ts:2:9`),
    });
    const hostile = new Proxy({}, { get: () => expect.unreachable() });
    expect(instance.explain(hostile, "greet").code).toBe("TENON_CALL_THREW");
  });

  test("a thrown payload is the error case of a result, and an Error without one is a failure", async () => {
    const { call } = await load(
      `import { fail } from "tenon/guest";
       export function find(key: string) {
         if (key === "fail") throw fail("gone");
         if (key === "bare") throw "bare";
         if (key === "bug") throw new Error("bug");
         return 5;
       }
       export function run() {}`,
      { contract: failing },
    );
    expect(await call("find", "key")).toBe(5);
    expect(await rejection(call("find", "fail"))).toMatchObject({ code: "TENON_CALL_RESULT", payload: "gone" });
    expect(await rejection(call("find", "bare"))).toMatchObject({ code: "TENON_CALL_RESULT", payload: "bare" });
    expect(await rejection(call("find", "bug"))).toMatchObject({ code: "TENON_CALL_THREW" });
  });
});

test("Node loads what is imported at run time, by name, path or URL", async () => {
  await writeFile(join(folder, "later.mjs"), "export const word = 'late';");
  const { call } = await load(
    `const load = (name: string) => import(name);
     export async function greet() {
       const { word } = await load(new URL("./later.mjs", import.meta.url).href);
       const { sep } = await load("node:path");
       return word + sep + (await load("./later.mjs")).word;
     }`,
  );
  expect(await call("greet")).toBe("late/late");
});

test("instances of the same artifact have different names in stacks", async () => {
  const source =
    "export const greet = (name) => { Promise.resolve().then(() => setTimeout(() => { throw new Error(name); })); return name; };";
  const [first, second] = [await load(source), await load(source)];
  let lost = "";
  void first.instance.lost.then(() => (lost += "first"));
  await second.call("greet", "oops");
  expect((await second.instance.lost).pluginStack).toContain(`${folder}/plugin.ts:1:`);
  expect(lost).toBe("");
  await first.instance.close(free);
  await second.instance.close(free);
});

describe("the lifecycle", () => {
  const stateful = `
    let count = 0, well: unknown = true;
    export const greet = (name: string) => { if (name === "sick") well = false; if (name === "dead") well = null; return String(++count); };
    export const health = () => { if (well === null) throw new Error("dead"); return well; };
    export const saveState = () => ({ count, nested: [null, "x"] });
    export const restoreState = (state: { count: number }) => { count = state.count; };
    export const deactivate = async () => { console.log("bye"); };`;

  test("state passes from one instance to the next", async () => {
    const first = await load(stateful);
    await first.call("greet", "a");
    const state = await first.instance.save(free);
    expect(state).toEqual({ count: 1, nested: [null, "x"] });
    const second = await load(stateful);
    expect(second.instance.restores).toBe(true);
    await second.instance.restore(state, free);
    expect(await second.call("greet", "a")).toBe("2");
  });

  test("a plugin without hooks is healthy, and neither saves nor restores state", async () => {
    const { instance } = await load("export const greet = () => ''");
    await instance.health(free);
    expect(await instance.save(free)).toBeUndefined();
    expect(instance.restores).toBe(false);
    expect(await rejection(instance.restore({}, free))).toMatchObject({ code: "TENON_STATE_FAILED" });
  });

  test("a health check that returns false, throws, or never returns is reported", async () => {
    const { instance, call } = await load(stateful);
    await instance.health(free);
    await call("greet", "sick");
    expect(await rejection(instance.health(free))).toMatchObject({ code: "TENON_HEALTH_FAILED" });
    await call("greet", "dead");
    expect(await rejection(instance.health(free))).toMatchObject({
      code: "TENON_HEALTH_FAILED",
      pluginStack: expect.stringContaining("plugin.ts:4:"),
    });
    const mute = await load("export const greet = () => ''; export const health = () => new Promise(() => {});");
    const error = await rejection(mute.instance.health({ signal: undefined, deadline: 1 }));
    expect(error).toMatchObject({ code: "TENON_HEALTH_FAILED", message: expect.stringContaining("in time") });
  });

  test.each([
    ["new Date(0)", "state is a Date"],
    ["({ a: [1, { b: 2n }] })", "state.a[1].b is of type bigint"],
    ["({ a: NaN })", "state.a is NaN"],
    ["({ a: new Map() })", "state.a is a Map"],
    ["(() => { const a: any = {}; a.a = a; return a; })()", "state.a is a circular reference"],
    ["({ f() {} })", "state.f is of type function"],
  ])("a state that JSON cannot represent is refused: %s", async (value, message) => {
    const { instance } = await load(`export const greet = () => ''; export const saveState = () => ${value};`);
    expect(await rejection(instance.save(free))).toMatchObject({
      code: "TENON_STATE_FAILED",
      message: expect.stringContaining(message),
    });
  });

  test("lifecycle() of the context registers the same hooks", async () => {
    const { instance } = await load(
      `export function activate({ lifecycle }) { lifecycle({ save: () => 1 }); lifecycle({ restore() {}, health: () => false }); }
       export const greet = () => '';`,
    );
    expect(await instance.save(free)).toBe(1);
    expect(instance.restores).toBe(true);
    expect(await rejection(instance.health(free))).toMatchObject({ code: "TENON_HEALTH_FAILED" });
  });

  test("close runs the plugin's close function once, and refuses later calls", async () => {
    const { instance, lines, call } = await load(stateful);
    const greet = instance.functions.get("greet");
    const [report, again] = await Promise.all([instance.close(free), instance.close(free)]);
    expect(again).toBe(report);
    expect(report).toEqual({ proof: "collectable", forced: false, resources: 0 });
    expect(lines).toEqual([{ stream: "stdout", text: "bye" }]);
    expect(await call("greet", "a")).toBeUndefined();
    expect(() => greet?.invoke(["a"], free)).toThrow(expect.objectContaining({ code: "TENON_PLUGIN_CLOSED" }));
    expect(await rejection(instance.health(free))).toMatchObject({ code: "TENON_PLUGIN_CLOSED" });
  });

  test("a close function that throws or never finishes does not block closing", async () => {
    const throws = await load(
      "export const greet = () => ''; export const deactivate = () => { throw new Error('no'); };",
    );
    expect(await throws.instance.close(free)).toMatchObject({ forced: false });
    expect(throws.lines[0]?.text).toContain("no");
    const hangs = await load("export const greet = () => ''; export const deactivate = () => new Promise(() => {});");
    expect(await hangs.instance.close({ signal: undefined, deadline: 1 })).toMatchObject({ forced: true });
  });

  test("a call that is running at close is rejected", async () => {
    const { instance, call } = await load("export const greet = () => new Promise(() => {});");
    const running = rejection(call("greet", "a"));
    await instance.close(free);
    expect(await running).toMatchObject({ code: "TENON_PLUGIN_CLOSED" });
  });
});

describe("what is separated from the host", () => {
  test("output goes to the log, line by line", async () => {
    const { call, lines, instance } = await load(
      `export function greet() {
         console.log("a %s", "b\\nc"); console.error({ d: 1 }); console.group("g"); console.info("in");
         process.stdout.write("par"); process.stdout.write("tial\\nrest");
         return "";
       }`,
    );
    await call("greet");
    await instance.close(free);
    expect(lines.map(({ stream, text }) => `${stream}: ${text}`)).toEqual([
      "stdout: a b",
      "stdout: c",
      "stderr: { d: 1 }",
      "stdout: g",
      "stdout:   in",
      "stdout: partial",
      "stdout: rest",
    ]);
  });

  test("timers and listeners end with the plugin", async () => {
    const before = process.listenerCount("SIGUSR2");
    const { instance, call } = await load(
      `import timers from "node:timers";
       let ticks = 0;
       const interval = setInterval(() => ticks++, 1);
       setTimeout(() => { throw new Error("must not run"); }, 60_000); setImmediate(() => ticks++);
       timers.setInterval(() => ticks++, 1);
       process.on("SIGUSR2", () => {});
       export const greet = () => new Promise((resolve) => { const wait = setInterval(() => { if (ticks > 2) { clearInterval(wait); resolve(String(typeof interval.ref)); } }, 1); });`,
    );
    expect(await call("greet")).toBe("function");
    expect(process.listenerCount("SIGUSR2")).toBe(before + 1);
    const resources = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const during = resources();
    await instance.close(free);
    expect(process.listenerCount("SIGUSR2")).toBe(before);
    expect(resources()).toBeLessThanOrEqual(during - 3);
  });

  test("timers of timers/promises, and promisified ones, end with the plugin", async () => {
    const { instance, call } = await load(
      `import { scheduler, setInterval as every, setTimeout as after } from "node:timers/promises";
       import timers from "node:timers";
       import { promisify } from "node:util";
       let ticks = 0, ended = "";
       void (async () => { for await (const tick of every(1, 2)) ticks += tick; })();
       void timers.promises.setTimeout(60_000); void promisify(setTimeout)(60_000); void scheduler.wait(60_000);
       export const greet = async () => {
         const abort = new AbortController();
         const waits = after(60_000, undefined, { signal: abort.signal });
         abort.abort("enough");
         ended = await waits.catch((error) => error.name + " " + error.code + " " + error.cause);
         while (ticks < 4) await after(1);
         for await (const value of every(1, "once")) return ended + " " + value + " " + await after(1, "later");
       };`,
    );
    const resources = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    expect(await call("greet")).toBe("AbortError ABORT_ERR enough once later");
    const during = resources();
    expect(await instance.close(free)).toEqual({ proof: "collectable", forced: false, resources: 0 });
    expect(resources()).toBeLessThanOrEqual(during - 4);
  });

  test("what the plugin leaves behind is ended and listed with the place where it was started", async () => {
    const { instance, call } = await load(
      `import { createSocket } from "node:dgram";
       import { watch } from "node:fs";
       import { connect, createServer } from "node:net";
       import { Worker } from "node:worker_threads";
       const ready = (emitter: any, event: string) => new Promise((resolve) => emitter.once(event, resolve));
       export async function greet(folder: string) {
         const server = createServer().listen(0, "127.0.0.1");
         await ready(server, "listening");
         await ready(connect((server.address() as any).port, "127.0.0.1"), "connect");
         const socket = createSocket("udp4").bind(0, "127.0.0.1");
         await ready(socket, "listening");
         watch(folder);
         await ready(new Worker("setInterval(() => {}, 1000)", { eval: true }), "online");
         const closed = createServer().listen(0);
         closed.close();
         await ready(closed, "close");
         return "";
       }`,
    );
    await call("greet", folder);
    const { proof, leftovers = [] } = await instance.close(free);
    expect(proof).toBe("collectable");
    const lines = leftovers.map(({ kind, startedAt, ended }) => `${kind} ${startedAt?.split("plugin.ts")[1]} ${ended}`);
    expect(lines.sort()).toEqual([
      expect.stringMatching(/^connection :9:\d+ true$/),
      expect.stringMatching(/^connection undefined true$|^connection :\d+:\d+ true$/),
      expect.stringMatching(/^datagram socket :10:\d+ true$/),
      expect.stringMatching(/^file watcher :12:\d+ true$/),
      expect.stringMatching(/^server :7:\d+ true$/),
      expect.stringMatching(/^thread :13:\d+ true$/),
    ]);
    expect(leftovers.find(({ kind }) => kind === "server")?.name).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  test("connections of Node's own pools, which the host may use next, are left alone", async () => {
    const { createServer } = await import("node:http");
    const server = createServer((_, response) => response.end("ok")).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
    const { instance, call } = await load(`export const greet = async (url: string) => (await fetch(url)).text();`);
    expect(await call("greet", url)).toBe("ok");
    expect(await instance.close(free)).toEqual({ proof: "collectable", forced: false, resources: 0 });
    server.close();
    server.closeAllConnections();
  });

  test("process.exit in a call fails that call, and later calls still work", async () => {
    const { call } = await load(
      "export const greet = (name) => { if (name === 'exit') process.exit(1); return name; };",
    );
    expect(await rejection(call("greet", "exit"))).toMatchObject({
      code: "TENON_CALL_THREW",
      message: expect.stringContaining("process.exit(1)"),
    });
    expect(await call("greet", "b")).toBe("b");
  });

  test("the environment has only what was granted, and setting the exit code does not affect the host", async () => {
    vi.stubEnv("TENON_GRANTED", "from the host");
    vi.stubEnv("TENON_SECRET", "secret");
    const { call } = await load(
      `export const greet = () => { process.exitCode = 9; return [process.env.TENON_GRANTED, process.env.GIVEN, process.env.TENON_SECRET, process.exitCode, process.pid].join(); };`,
      { grants: { environment: { TENON_GRANTED: true, GIVEN: "value" } } },
    );
    expect(await call("greet")).toBe(`from the host,value,,9,${process.pid}`);
    expect(process.exitCode).toBeUndefined();
    vi.unstubAllEnvs();
  });

  test("an exception in a timer's callback ends the plugin, not the host", async () => {
    const { instance } = await load("setTimeout(() => { throw new Error('late'); });\nexport const greet = () => '';");
    expect(await instance.lost).toMatchObject({
      code: "TENON_PLUGIN_CRASHED",
      message: expect.stringContaining("late"),
      pluginStack: expect.stringContaining("plugin.ts:1:26"),
    });
  });

  test("nothing is replaced in a separate thread or process", async () => {
    const code =
      "export const greet = () => (globalThis.process === process && globalThis.setTimeout === setTimeout ? 'real' : 'shadow');";
    expect(await (await load(code, { traits: workerTraits })).call("greet")).toBe("real");
    expect(await (await load(code)).call("greet")).toBe("shadow");
  });
});
