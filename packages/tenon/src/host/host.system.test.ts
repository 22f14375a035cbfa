import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, type Host, type HostEvents, isTenonError, t } from "tenon";
import { plugin } from "tenon/guest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const greeter = contract("demo:greeter@1.0.0", {
  imports: { log: t.func([["message", t.string]]) },
  exports: {
    greet: t.func([["name", t.string]], t.string),
    find: t.func([["key", t.string]], t.result(t.u32, t.string)),
    extra: t.optional(t.func([], t.bool)),
  },
});
const source = `
  let context;
  export function activate(given) { context = given; }
  export function greet(name) { return "Hello, " + name; }
  export function find(key) { if (key === "none") throw { payload: "no " + key }; if (key === "bad") throw new Error("broken"); return key.length; }
`;

let folder = "";
let host: Host;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-host-"));
  host = createHost();
});
afterEach(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}
const imports = { log: () => {} };
const code = (error: unknown) => (isTenonError(error) ? error.code : error);
async function codeOf(action: Promise<unknown>): Promise<unknown> {
  return action.then(() => "no error", code);
}

describe("opening", () => {
  test("the same artifact with the same options is the same plugin, and the last close ends it", async () => {
    const path = await write("a.mjs", source);
    const [one, two] = await Promise.all([
      host.open(path, greeter, { imports }),
      host.open(path, greeter, { imports }),
    ]);
    expect(two).toBe(one);
    expect(host.plugins).toEqual([one]);
    await one.close();
    expect(await two.exports.greet("Ada")).toBe("Hello, Ada");
    await two.close();
    expect(await codeOf(two.exports.greet("Ada"))).toBe("TENON_PLUGIN_CLOSED");
    expect(host.plugins).toEqual([]);
    const again = await host.open(path, greeter, { imports });
    expect(again).not.toBe(one);
  });

  test("other options, or fresh, mean another plugin", async () => {
    const path = await write("a.mjs", source);
    const one = await host.open(path, greeter, { imports });
    expect(await host.open(path, greeter, { imports, fresh: true })).not.toBe(one);
    expect(await host.open(path, greeter, { imports, priority: 3 })).not.toBe(one);
    expect(await host.open(path, greeter, { imports: { log: () => {} } })).not.toBe(one);
    expect(host.plugins).toHaveLength(4);
  });

  test("an unknown option or limit is named", async () => {
    const path = await write("a.mjs", source);
    await expect(host.open(path, greeter, { imports, limit: {} } as never)).rejects.toThrow(
      /unknown option "limit"; did you mean "limits"\?/,
    );
    await expect(host.open(path, greeter, { imports, limits: { deadlines: 3 } as any })).rejects.toThrow(
      /unknown limit "limits.deadlines"; did you mean "deadline"\?/,
    );
    await expect(host.open(path, greeter, { imports, place: "wroker" as never })).rejects.toThrow(
      /did you mean "worker"/,
    );
  });

  test("a missing host function is named before anything runs", async () => {
    const path = await write("a.mjs", `globalThis.__ran = true; ${source}`);
    await expect(host.open(path, greeter, {} as never)).rejects.toMatchObject({
      code: "TENON_IMPORT_MISSING",
      subject: "log",
    });
    expect((globalThis as { __ran?: boolean }).__ran).toBeUndefined();
  });

  test("open refuses what check refuses, with the same findings", async () => {
    const path = await write("a.mjs", `export function great() {}`);
    const report = await host.check(path, greeter);
    expect(report.verdict).toBe("breaks");
    const error = await host.open(path, greeter, { imports }).catch((thrown: unknown) => thrown);
    expect(isTenonError(error, "TENON_EXPORT_MISSING")).toBe(true);
    expect((error as { findings: unknown }).findings).toEqual(report.findings);
  });

  test("a plugin cannot be opened without any contract", async () => {
    const path = await write("a.mjs", source);
    expect(await codeOf(host.open(path))).toBe("TENON_CONTRACT_MISSING");
  });

  test("a plugin that carries a contract opens without the host's", async () => {
    const path = await write("b.mjs", "export function add(a, b) { return a + b }");
    await write("b.wit", "package demo:adder@1.0.0;\nworld adder { export add: func(a: u32, b: u32) -> u32; }\n");
    const plugin = await host.open(path);
    expect(await plugin.lookup("add")(2, 3)).toBe(5);
    expect(() => plugin.lookup("sub")).toThrow('the plugin has no symbol "sub"; symbols: add');
  });
});

describe("calls", () => {
  test("optional functions, error cases and exceptions", async () => {
    const plugin = await host.open(await write("a.mjs", source), greeter, { imports });
    expect(plugin.exports.extra).toBeUndefined();
    expect(plugin.symbols()).toEqual(["greet", "find"]);
    expect(await plugin.exports.find("four")).toBe(4);
    await expect(plugin.exports.find("none")).rejects.toMatchObject({ code: "TENON_CALL_RESULT", payload: "no none" });
    const error = await plugin.exports.find("bad").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "TENON_CALL_THREW" });
    expect((error as { pluginStack: string }).pluginStack).toMatch(/a\.mjs:5/);
    expect(() => plugin.sync.find("none")).toThrow(
      expect.objectContaining({ code: "TENON_CALL_RESULT", payload: "no none" }),
    );
  });

  test("types are checked both ways, with the path", async () => {
    const path = await write(
      "c.mjs",
      `export const greet = () => 3; export const find = () => "x"; export const extra = () => true;`,
    );
    const plugin = await host.open(path, greeter, { imports });
    await expect(plugin.exports.greet(3 as never)).rejects.toThrow(
      'greet(): parameter "name": expected string, got number 3',
    );
    await expect(plugin.exports.greet("x")).rejects.toThrow("greet(): result: expected string, got number 3");
    await expect(plugin.exports.find("x")).rejects.toThrow('find(): result: expected number, got string "x"');
    expect(await plugin.exports.extra?.()).toBe(true);
  });

  test("deadline, abort and size limits reject the caller immediately", async () => {
    const slow = contract("demo:slow@1.0.0", {
      exports: { wait: t.func([]), echo: t.func([["text", t.string]], t.string) },
    });
    const path = await write(
      "d.mjs",
      `export function wait() { return new Promise(() => {}) } export const echo = (text) => text + text;`,
    );
    const plugin = await host.open(path, slow, { limits: { bytes: 1000 } });
    expect(await codeOf(plugin.with({ deadline: 5 }).wait())).toBe("TENON_CALL_DEADLINE");
    const controller = new AbortController();
    const call = codeOf(plugin.call("wait", [], { signal: controller.signal }));
    controller.abort();
    expect(await call).toBe("TENON_CALL_ABORTED");
    expect(await codeOf(plugin.exports.echo("x".repeat(1001)))).toBe("TENON_CALL_TOO_LARGE");
    expect(await codeOf(plugin.exports.echo("x".repeat(600)))).toBe("TENON_CALL_TOO_LARGE");
    expect(await plugin.exports.echo("ab")).toBe("abab");
  });

  test("concurrency is limited, with back-pressure and a bounded queue", async () => {
    const gated = contract("demo:gated@1.0.0", { imports: { enter: t.func([]) }, exports: { work: t.func([]) } });
    const path = await write(
      "e.mjs",
      `let c; export const activate = (given) => { c = given }; export const work = () => c.imports.enter();`,
    );
    let running = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const enter = async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => release.push(resolve));
      running--;
    };
    const plugin = await host.open(path, gated, { imports: { enter }, limits: { concurrency: 2, queue: 3 } });
    const calls = Array.from({ length: 6 }, () => codeOf(plugin.exports.work()));
    expect(await calls[5]).toBe("TENON_CALL_QUEUE_FULL");
    while (release.length > 0 || running > 0) {
      release.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await Promise.all(calls.slice(0, 5))).toEqual(Array(5).fill("no error"));
    expect(most).toBe(2);
  });

  test("calls that are running when the plugin closes can finish; later ones are refused", async () => {
    const gated = contract("demo:gated@1.0.0", {
      imports: { enter: t.func([]) },
      exports: { work: t.func([], t.u32) },
    });
    const path = await write(
      "f.mjs",
      `let c; export const activate = (given) => { c = given }; export async function work() { await c.imports.enter(); return 7 }`,
    );
    let release = () => {};
    const entered = new Promise<void>((resolve) => {
      release = resolve;
    });
    const plugin = await host.open(path, gated, { imports: { enter: () => entered } });
    const running = plugin.exports.work();
    const closing = plugin.close();
    expect(await codeOf(plugin.exports.work())).toBe("TENON_PLUGIN_CLOSED");
    release();
    expect(await running).toBe(7);
    expect(await closing).toMatchObject({ proof: "collectable", forced: false });
  });
});

describe("swap", () => {
  const counter = contract("demo:counter@1.0.0", {
    exports: { next: t.func([], t.u32), version: t.func([], t.string) },
  });
  const counting = (version: string, more = "") => `
    let count = 0;
    export function next() { return ++count }
    export function version() { return ${JSON.stringify(version)} }
    export function saveState() { return { count } }
    export function restoreState(state) { count = state.count }
    ${more}`;

  test("moves the state, and functions taken before go to the new instance", async () => {
    const plugin = await host.open(await write("v1.mjs", counting("1")), counter);
    const { next } = plugin.exports;
    await next();
    await next();
    const report = await plugin.swap(await write("v2.mjs", counting("2")));
    expect(report).toMatchObject({ state: "migrated", from: { name: "v1" }, to: { name: "v2" } });
    expect(await next()).toBe(3);
    expect(plugin.sync.version()).toBe("2");
  });

  test.each([
    ["does not fit", "export function nxt() {}", "TENON_EXPORT_MISSING"],
    ["does not parse", "export function {", "TENON_SYNTAX"],
    [
      "fails while loading",
      `throw new Error("no"); export function next() {} export function version() {}`,
      "TENON_LOAD_FAILED",
    ],
    ["is not well", counting("2", "export function health() { return false }"), "TENON_HEALTH_FAILED"],
    [
      "cannot take the state",
      counting("2").replace("count = state.count", `throw new Error("no")`),
      "TENON_STATE_FAILED",
    ],
  ])("a new artifact that %s changes nothing", async (_, text, expected) => {
    const plugin = await host.open(await write("v1.mjs", counting("1")), counter);
    const failures: HostEvents["swap-failed"][] = [];
    host.on("swap-failed", (event) => failures.push(event));
    await plugin.exports.next();
    expect(await codeOf(plugin.swap(await write("v2.mjs", text)))).toBe(expected);
    expect(await plugin.exports.next()).toBe(2);
    expect(plugin.state).toBe("active");
    expect(failures).toHaveLength(1);
  });

  test("a second swap is refused while the first is running", async () => {
    const plugin = await host.open(await write("v1.mjs", counting("1")), counter);
    const path = await write("v2.mjs", counting("2"));
    const [first, second] = await Promise.allSettled([plugin.swap(path), plugin.swap(path)]);
    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ status: "rejected", reason: { code: "TENON_SWAP_BUSY" } });
    expect(await plugin.exports.version()).toBe("2");
  });
});

describe("contracts that differ", () => {
  const v1 = contract("demo:people@1.0.0", {
    exports: { find: t.func([["name", t.string]], t.record("person", { name: t.string })) },
  });
  test("a difference that can be bridged is bridged, in both directions", async () => {
    const path = await write("p.mjs", `export const find = (name, exact) => ({ name: name + String(exact), age: 3 });`);
    await write(
      "p.wit",
      `package demo:people@1.1.0; world people { record person { name: string, age: option<u8> } export find: func(name: string, exact: option<bool>) -> person; }`,
    );
    expect((await host.check(path, v1)).verdict).toBe("adapts");
    const plugin = await host.open(path, v1);
    expect(await plugin.exports.find("Ada")).toEqual({ name: "Adaundefined" });
  });
  test("a difference that cannot be bridged is refused with both sides in the message", async () => {
    const path = await write("p.mjs", `export const find = (name) => 3;`);
    await write("p.wit", `package demo:people@2.0.0; world people { export find: func(name: u32) -> u32; }`);
    const report = await host.check(path, v1);
    expect(report.verdict).toBe("breaks");
    expect(report.findings.map(({ code }) => code)).toContain("TENON_CONTRACT_BREAKS");
    expect(await codeOf(host.open(path, v1))).toBe("TENON_CONTRACT_BREAKS");
  });
});

describe("supervision", () => {
  const fragile = contract("demo:fragile@1.0.0", { exports: { pid: t.func([], t.string), die: t.func([]) } });
  const text = `const id = Math.random().toString(); export const pid = () => id; export const die = () => process.exit(3);`;

  test("a crashed plugin is started again; calls made meanwhile wait for it", async () => {
    const plugin = await host.open(await write("x.mjs", text), fragile, {
      place: "worker",
      supervision: { backoff: { first: 1 } },
    });
    const events: string[] = [];
    for (const event of ["crashed", "restarting", "restarted"] as const) host.on(event, () => events.push(event));
    const before = await plugin.exports.pid();
    expect(await codeOf(plugin.exports.die())).toBe("TENON_PLUGIN_CRASHED");
    expect(await plugin.exports.pid()).not.toBe(before);
    expect(events).toEqual(["crashed", "restarting", "restarted"]);
    expect(plugin.state).toBe("active");
  });

  test("a plugin that crashes too often is not restarted until it is swapped", async () => {
    const plugin = await host.open(await write("x.mjs", text), fragile, {
      place: "worker",
      supervision: { crashes: 1, backoff: { first: 1 } },
    });
    const opened = new Promise<HostEvents["circuit-open"]>((resolve) => host.on("circuit-open", resolve));
    expect(await codeOf(plugin.exports.die())).toBe("TENON_PLUGIN_CRASHED");
    expect(await codeOf(plugin.exports.die())).toBe("TENON_PLUGIN_CRASHED");
    await opened;
    expect(await codeOf(plugin.exports.pid())).toBe("TENON_CIRCUIT_OPEN");
    await plugin.swap(await write("y.mjs", text));
    expect(await codeOf(plugin.exports.pid())).toBe("no error");
  });

  test("without restart a crash is final", async () => {
    const plugin = await host.open(await write("x.mjs", text), fragile, {
      place: "worker",
      supervision: { restart: false },
    });
    expect(await codeOf(plugin.exports.die())).toBe("TENON_PLUGIN_CRASHED");
    expect(await codeOf(plugin.exports.pid())).toBe("TENON_PLUGIN_CRASHED");
    expect(plugin.state).toBe("crashed");
  });
});

describe("builtins", () => {
  test("a builtin opens like any other plugin", async () => {
    const builtin = plugin(greeter, ({ imports }) => ({
      async greet(name) {
        await imports.log(name);
        return `Built-in hello, ${name}`;
      },
      find: () => 1,
    }));
    const logged: string[] = [];
    await using own = createHost({ builtins: { greeter: builtin } });
    const opened = await own.open("builtin:greeter", greeter, {
      imports: { log: (message) => void logged.push(message) },
    });
    expect(await opened.exports.greet("Ada")).toBe("Built-in hello, Ada");
    expect(logged).toEqual(["Ada"]);
    expect(await codeOf(own.open("builtin:greter", greeter, { imports }))).toBe("TENON_ARTIFACT_MISSING");
    expect(await codeOf(own.open("builtin:greeter", greeter, { imports, place: "worker" }))).toBe(
      "TENON_RUNTIME_UNAVAILABLE",
    );
  });
});
