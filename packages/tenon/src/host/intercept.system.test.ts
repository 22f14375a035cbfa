import { channel, tracingChannel } from "node:diagnostics_channel";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureOf } from "@tenon/fixtures/tests";
import { contract, createHost, type Host, type InterceptedCall, isTenonError, t } from "tenon";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "tenon-intercept-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "greeter.js");
writeFileSync(
  file,
  `let imports, sync;
   export function activate(context) { imports = context.imports; sync = context.sync; }
   let runs = 0;
   export const count = () => runs;
   export const greet = (name) => { runs++; return "Hello, " + name; };
   export const find = (name) => { runs++; if (name === "nobody") throw Object.assign(new Error("none"), { payload: "not found" }); return name; };
   export const ask = (text) => imports.answer(text);
   export const askSync = (text) => sync.answer(text);
   export const list = () => ["a", "b"];
   class Box { constructor(text) { this.text = text; } read() { return this.text; } }
   export const boxes = { Box };`,
);
const text = t.func([["text", t.string]], t.string);
const box = t.resource("box", {
  constructs: [["text", t.string]],
  methods: { read: t.func([], t.string) },
});
const greeter = contract("test:greeter@1.0.0", {
  imports: { answer: text },
  exports: {
    count: t.func([], t.u32),
    greet: t.func([["name", t.string]], t.string),
    find: t.func([["name", t.string]], t.result(t.string, t.string)),
    ask: text,
    askSync: text,
    list: t.func([], t.list(t.string)),
    boxes: t.interface({ Box: box }),
  },
});
const imports = {
  answer: (given: string) => {
    if (given === "bad") throw new Error("no answer");
    return given.toUpperCase();
  },
};
const open = (host: Host, place: "inline" | "worker" | "process" = "inline") =>
  host.open(file, greeter, { place, imports });

describe.each(["inline", "worker", "process"] as const)("host.intercept around calls: %s", (place) => {
  test("sees, changes, answers and refuses calls of both sides, and is removed again", async () => {
    await using host = createHost();
    const plugin = await open(host, place);
    const seen: string[] = [];
    const remove = host.intercept(async (call, next) => {
      seen.push(`> ${call.plugin} ${call.direction} ${call.function}(${call.parameters.join()})`);
      if (call.parameters[0] === "cached") return "from the cache";
      if (call.parameters[0] === "banned") throw new Error("not allowed");
      const result = await (call.parameters[0] === "ada" ? next(["Ada"]) : next());
      seen.push(`< ${result}`);
      return call.parameters[0] === "loud" ? `${result}!` : result;
    });
    expect(await plugin.exports.greet("ada")).toBe("Hello, Ada");
    expect(await plugin.exports.greet("loud")).toBe("Hello, loud!");
    expect(await plugin.exports.greet("cached")).toBe("from the cache");
    const refused = await failureOf(plugin.exports.greet("banned"));
    expect(refused).toMatchObject({ code: "TENON_INTERCEPTOR_THREW", subject: "greet" });
    expect((refused.cause as Error).message).toBe("not allowed");
    expect(await plugin.exports.ask("yes")).toBe("YES");
    expect(seen).toEqual([
      ...["> greeter export greet(ada)", "< Hello, Ada", "> greeter export greet(loud)", "< Hello, loud"],
      ...["> greeter export greet(cached)", "> greeter export greet(banned)", "> greeter export ask(yes)"],
      ...["> greeter import answer(yes)", "< YES", "< YES"],
    ]);
    expect(await plugin.exports.count()).toBe(2);
    remove();
    remove();
    expect(await plugin.exports.greet("cached")).toBe("Hello, cached");
    expect(seen).toHaveLength(12);
  });

  test("checks what an interceptor makes of parameters and results against the contract", async () => {
    await using host = createHost();
    const plugin = await open(host, place);
    const wrong: Record<string, (call: InterceptedCall, next: (parameters?: readonly unknown[]) => any) => unknown> = {
      parameter: (_, next) => next([7]),
      "too many parameters": (_, next) => next(["a", "b"]),
      "no list": (_, next) => next("a" as any),
      result: async (_, next) => {
        await next();
        return 7;
      },
      answer: () => undefined,
    };
    for (const [what, interceptor] of Object.entries(wrong))
      for (const direction of ["export", "import"] as const) {
        const remove = host.intercept(interceptor, {
          direction,
          function: direction === "export" ? "greet" : "answer",
        });
        const call = direction === "export" ? plugin.exports.greet("a") : plugin.exports.ask("a");
        expect([what, direction, (await failureOf(call)).code]).toEqual([what, direction, "TENON_VALUE_TYPE"]);
        remove();
      }
    expect(await plugin.exports.greet("a")).toBe("Hello, a");
    expect(await plugin.exports.ask("a")).toBe("A");
  });

  test("fails coded, and calls the function once, if next() is called twice or after the end", async () => {
    await using host = createHost();
    const plugin = await open(host, place);
    const first = host.intercept(async (_, next) => [await next(), await next()][0], { function: "greet" });
    expect((await failureOf(plugin.exports.greet("a"))).code).toBe("TENON_INTERCEPTOR_NEXT");
    expect(await plugin.exports.count()).toBe(1);
    first();
    let late: (() => any) | undefined;
    const second = host.intercept(
      (_, next) => {
        late = next;
        return "early";
      },
      { function: "greet" },
    );
    expect(await plugin.exports.greet("a")).toBe("early");
    expect(late).toThrow(expect.objectContaining({ code: "TENON_INTERCEPTOR_NEXT" }));
    second();
    // It answers while the function still runs: nothing is left unhandled.
    host.intercept(
      (_, next) => {
        next();
        return "early";
      },
      { function: "find" },
    );
    expect(await plugin.exports.find("nobody")).toBe("early");
    expect(await plugin.exports.count()).toBe(2);
  });

  test("holds the deadline and the caller's signal if an interceptor never answers", async () => {
    await using host = createHost();
    const plugin = await open(host, place);
    let seen: InterceptedCall | undefined;
    let goOn: () => any = () => {};
    host.intercept(
      (call, next) => {
        seen = call;
        goOn = next;
        return new Promise(() => {});
      },
      { function: "greet" },
    );
    const late = await failureOf(plugin.with({ deadline: 20 }).greet("a"));
    expect(late.code).toBe("TENON_CALL_DEADLINE");
    expect(seen?.signal.aborted).toBe(true);
    expect(seen?.deadline).toBe(20);
    expect(goOn).toThrow(expect.objectContaining({ code: "TENON_INTERCEPTOR_NEXT" }));
    const stop = new AbortController();
    const cancelled = failureOf(plugin.with({ signal: stop.signal, deadline: 0 }).greet("a"));
    stop.abort();
    expect((await cancelled).code).toBe("TENON_CALL_ABORTED");
    expect(await plugin.exports.count()).toBe(0);
  });

  test("passes errors on as they are, and lets an interceptor answer with the error case or instead of it", async () => {
    await using host = createHost();
    const plugin = await open(host, place);
    const codes: string[] = [];
    const remove = host.intercept(async (call, next) => {
      try {
        return await next();
      } catch (error) {
        if (isTenonError(error)) codes.push(`${call.function} ${error.code}`);
        throw error;
      }
    });
    expect(await failureOf(plugin.exports.find("nobody"))).toMatchObject({
      ...{ code: "TENON_CALL_RESULT", payload: "not found" },
    });
    expect((await failureOf(plugin.exports.ask("bad"))).code).toBe("TENON_IMPORT_THREW");
    expect(codes).toEqual(["find TENON_CALL_RESULT", "answer TENON_IMPORT_THREW", "ask TENON_IMPORT_THREW"]);
    remove();
    const refuse = host.intercept(() => {
      throw Object.assign(new Error("forbidden"), { payload: "forbidden" });
    });
    expect(await failureOf(plugin.exports.find("a"))).toMatchObject({
      code: "TENON_CALL_RESULT",
      payload: "forbidden",
    });
    expect((await failureOf(plugin.exports.greet("a"))).code).toBe("TENON_INTERCEPTOR_THREW");
    refuse();
    host.intercept((_, next) => next().catch(() => "instead"), { function: "find" });
    expect(await plugin.exports.find("nobody")).toBe("instead");
  });

  test("stands around methods and constructors of resources", async () => {
    await using host = createHost();
    const plugin = await open(host, place);
    const seen: string[] = [];
    host.intercept((call, next) => {
      seen.push(call.function);
      return next();
    });
    await using made = await plugin.exports.boxes.Box.new("inside");
    expect(await made.read()).toBe("inside");
    expect(seen).toEqual(["boxes.Box.new", "boxes.Box.read"]);
  });
});

describe("host.intercept", () => {
  test("refuses what is no interceptor or filter", async () => {
    await using host = createHost();
    expect(() => host.intercept("log" as any)).toThrow(/option interceptor: expected a function/);
    expect(() => host.intercept(() => 1, { plugn: "a" } as any)).toThrow(/did you mean "plugin"/);
    expect(() => host.intercept(() => 1, { direction: "both" as any })).toThrow(/"export", "import"/);
  });

  test("runs interceptors in the order in which they were added, each with its filter", async () => {
    await using host = createHost();
    const seen: string[] = [];
    const note = (name: string) => (_: InterceptedCall, next: () => any) => {
      seen.push(name);
      return next();
    };
    host.intercept(note("first"));
    host.intercept(note("other plugin"), { plugin: "other" });
    host.intercept(note("other function"), { function: "list" });
    host.intercept(note("imports"), { direction: "import" });
    host.intercept(note("last"), { plugin: "greeter", function: "greet", direction: "export" });
    const plugin = await open(host);
    await plugin.exports.greet("a");
    expect(seen).toEqual(["first", "last"]);
  });

  test("gives synchronous calls the value itself, and refuses a promise", async () => {
    await using host = createHost();
    const plugin = await open(host);
    const remove = host.intercept((call, next) => (call.sync ? `${next()}!` : next()), { direction: "export" });
    expect(plugin.sync.greet("a")).toBe("Hello, a!");
    remove();
    host.intercept(async (_, next) => next());
    expect(() => plugin.sync.greet("a")).toThrow(expect.objectContaining({ code: "TENON_SYNC_UNAVAILABLE" }));
    expect(() => plugin.sync.greet("a")).toThrow(/interceptor returned a promise/);
    expect(await plugin.exports.greet("a")).toBe("Hello, a");
  });

  test("stands around calls that a plugin makes synchronously", async () => {
    await using host = createHost();
    const plugin = await open(host);
    host.intercept((call, next) => (call.sync ? `${next()}?` : next()), { direction: "import" });
    expect(plugin.sync.askSync("a")).toBe("A?");
  });

  test("stands around calls of extension points", async () => {
    await using host = createHost();
    const point = host.point(greeter);
    point.add(await open(host));
    const before = await point.series.greet("a");
    const remove = host.intercept((_, next) => {
      const value = next();
      return typeof value === "string" ? `${value}!` : value.then((text: string) => `${text}!`);
    });
    expect(before).toEqual(["Hello, a"]);
    expect(await point.series.greet("a")).toEqual(["Hello, a!"]);
    expect(await point.parallel.greet("a")).toEqual(["Hello, a!"]);
    expect(point.sync.series.greet("a")).toEqual(["Hello, a!"]);
    remove();
    expect(point.sync.series.greet("a")).toEqual(["Hello, a"]);
  });

  test("stays around calls after a swap, and around plugins that are opened later", async () => {
    await using host = createHost();
    let calls = 0;
    host.intercept((_, next) => {
      calls++;
      return next();
    });
    const plugin = await open(host);
    await plugin.exports.greet("a");
    await plugin.swap();
    await plugin.exports.greet("a");
    expect(calls).toBe(2);
  });

  test("loses no call and runs none twice while interceptors come and go", async () => {
    await using host = createHost();
    const plugin = await open(host, "worker");
    const calls: Promise<unknown>[] = [];
    for (let round = 0; round < 50; round++) {
      const remove = host.intercept(async (_, next) => next());
      for (let index = 0; index < 20; index++) calls.push(plugin.exports.greet(String(index)));
      if (round % 2 === 0) await calls.at(-1);
      remove();
    }
    expect(await Promise.all(calls)).toHaveLength(1000);
    expect(await plugin.exports.count()).toBe(1000);
  });
});

test("a plugin learns of a deadline before the caller of an intercepted call goes on", async () => {
  const path = join(folder, "waiter.js");
  writeFileSync(
    path,
    `let reason = "none";
     export const wait = (call) => new Promise(() => call.signal.addEventListener("abort", () => (reason = call.signal.reason.code)));
     export const why = () => reason;`,
  );
  const waiter = contract("test:waiter@1.0.0", { exports: { wait: t.func([]), why: t.func([], t.string) } });
  await using host = createHost();
  host.intercept((_, next) => next());
  const plugin = await host.open(path, waiter);
  expect((await failureOf(plugin.with({ deadline: 20 }).wait())).code).toBe("TENON_CALL_DEADLINE");
  expect(await plugin.exports.why()).toBe("TENON_CALL_DEADLINE");
});

describe("diagnostics_channel", () => {
  test("publishes every call as tracingChannel does, if something listens when the plugin is opened", async () => {
    const events: string[] = [];
    const note = (name: string) => (message: any) =>
      events.push(
        `${name} ${message.direction} ${message.function} ${message.result ?? message.error?.code ?? ""}`.trim(),
      );
    const listeners = {
      ...{ start: note("start"), end: note("end"), asyncStart: note("asyncStart"), asyncEnd: note("asyncEnd") },
      error: note("error"),
    };
    const traced = tracingChannel("tenon:call");
    await using host = createHost();
    const before = await open(host);
    traced.subscribe(listeners);
    await before.exports.greet("unseen");
    const plugin = await host.open(file, greeter, { imports, fresh: true });
    await plugin.exports.greet("a");
    expect(events).toEqual([
      ...[
        "start export greet",
        "end export greet",
        "asyncStart export greet Hello, a",
        "asyncEnd export greet Hello, a",
      ],
    ]);
    events.length = 0;
    plugin.sync.greet("a");
    await failureOf(plugin.exports.find("nobody"));
    expect(events).toEqual([
      ...["start export greet", "end export greet Hello, a"],
      ...["start export find", "end export find"],
      ...["error export find TENON_CALL_RESULT", "asyncStart export find TENON_CALL_RESULT"],
      "asyncEnd export find TENON_CALL_RESULT",
    ]);
    events.length = 0;
    await plugin.exports.ask("a");
    expect(events).toContain("asyncEnd import answer A");
    traced.unsubscribe(listeners);
    events.length = 0;
    expect(await plugin.exports.greet("a")).toBe("Hello, a");
    expect(events).toEqual([]);
    await before.swap();
  });

  test("publishes events of the host's plugins: states, logs, swaps", async () => {
    const events: string[] = [];
    const note = (message: any, name: string | symbol) =>
      events.push(`${String(name)} ${message.plugin.name} ${message.to ?? ""}`.trim());
    const names = ["tenon:state", "tenon:opened", "tenon:swapped", "tenon:closed"];
    for (const name of names) channel(name).subscribe(note);
    await using host = createHost();
    const plugin = await open(host);
    await plugin.swap();
    await plugin.close();
    for (const name of names) channel(name).unsubscribe(note);
    expect(events).toEqual([
      ...["tenon:state greeter active", "tenon:opened greeter", "tenon:swapped greeter"],
      ...["tenon:state greeter draining", "tenon:state greeter closed", "tenon:closed greeter"],
    ]);
  });
});
