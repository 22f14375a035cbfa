import {
  type Contract,
  contract,
  createHost,
  type Exports,
  type OpenOptions,
  open,
  type Plugin,
  type PoolOptions,
  t,
} from "tenon";
import { plugin } from "tenon/guest";
import { expectTypeOf, test } from "vitest";

const kit = contract("demo:kit@1.0.0", {
  imports: { log: t.func([["message", t.string]]) },
  exports: {
    ping: t.func([["id", t.u32]]),
    now: t.func([]),
    save: t.func([["id", t.u32]], t.result(undefined, t.string)),
  },
});
const standalone = contract("demo:alone@1.0.0", { exports: { ping: t.func([["id", t.u32]]) } });
const polite = contract("demo:polite@1.0.0", {
  imports: { note: t.optional(t.func([["message", t.string]])) },
  exports: {},
});

test("a function without a result returns nothing", () => {
  expectTypeOf<Exports<typeof kit>["ping"]>().toEqualTypeOf<(id: number) => Promise<void>>();
  expectTypeOf<Exports<typeof kit>["now"]>().toEqualTypeOf<() => Promise<void>>();
  expectTypeOf<Exports<typeof kit>["save"]>().toEqualTypeOf<(id: number) => Promise<void>>();
});

test("an implementation of a result without a value may return nothing", () => {
  plugin(kit, { ping: () => {}, now: () => {}, save: () => {} });
  plugin(kit, { ping: () => undefined, now: async () => {}, save: async () => undefined });
});

test("imports are required where the contract has some that are not optional", () => {
  const check = async () => {
    // @ts-expect-error: log is missing
    await open("x", kit);
    // @ts-expect-error: log is missing
    await open("x", kit, { place: "worker" });
    // @ts-expect-error: lgo is not in the contract, and log is missing
    await open("x", kit, { imports: { lgo: console.log } });
    await open("x", kit, { imports: { log: console.log } });
    await open("x", standalone);
    await open("x", polite);
    await open("x");
    await open("x", undefined, { place: "process" });
  };
  expectTypeOf(check).returns.toEqualTypeOf<Promise<void>>();
});

test("a plugin that was opened without a contract can be called without a cast", () => {
  const call = async () => {
    const plugin = await open("x");
    await plugin.exports.greet("Ada");
    plugin.sync.shop.total([1, 2]);
    const typed: Plugin = await open("x", standalone);
    return typed;
  };
  expectTypeOf(call).returns.toEqualTypeOf<Promise<Plugin>>();
});

test("settings are unknown unless the plugin names their type", () => {
  plugin(kit, ({ settings }) => {
    expectTypeOf(settings).toBeUnknown();
    return { ping: () => {}, now: () => {}, save: () => {} };
  });
});

const note = t.record("note", { id: t.u32, title: t.string });
const notes = contract("demo:notes@1.0.0", {
  imports: { log: t.func([["message", t.string]]) },
  exports: { get: t.func([["id", t.u32]], t.option(note)), add: t.func([["id", t.s64]], t.s64), clear: t.func([]) },
});
const modest = contract("demo:modest@1.0.0", {
  imports: { log: t.optional(t.func([])) },
  exports: { run: t.func([]) },
});
const alone = contract("demo:alone@1.0.0", { exports: { run: t.func([]) } });
const imports = { log: console.log };

export async function required(): Promise<void> {
  await open("x", notes, { imports });
  await open("x", notes, { imports: { log: (message) => message.toUpperCase() }, place: "worker" });
  // @ts-expect-error the contract has imports
  await open("x", notes);
  // @ts-expect-error the contract has imports
  await open("x", notes, {});
  // @ts-expect-error the contract has imports
  await open("x", notes, { place: "worker" });
  // @ts-expect-error log is missing
  await open("x", notes, { imports: {} });
  // @ts-expect-error there is no such import
  await open("x", notes, { imports: { lgo: console.log } });

  const host = createHost();
  await host.open("x", notes, { imports });
  await host.pool("x", notes, { imports, instances: 2 });
  // @ts-expect-error the contract has imports
  await host.open("x", notes);
  // @ts-expect-error the contract has imports
  await host.pool("x", notes);
  // @ts-expect-error the contract has imports
  await host.pool("x", notes, { instances: 2 });
  // @ts-expect-error the plugins of a pool are always new
  await host.pool("x", notes, { imports, fresh: true });
}

export async function notRequired(): Promise<void> {
  await open("x");
  await open("x", undefined, { place: "worker" });
  await open("x", alone);
  await open("x", alone, { imports: {}, fresh: true });
  await open("x", modest);
  await open("x", modest, { imports: { log: () => {} } });
  // @ts-expect-error a number is not a function
  await open("x", modest, { imports: { log: 1 } });
  await createHost().pool("x", alone, { instances: 2 });
}

// Contracts and options that are known only when the program runs, or in a generic function.
export async function wider(wide: Contract, any: Contract<any, any>, maybe: typeof notes | undefined): Promise<void> {
  await open("x", wide);
  await open("x", any, { imports: { anything: () => 1 } });
  await open("x", maybe, { imports });
  const options: OpenOptions<typeof notes> = { imports };
  await open("x", notes, options);
  const several: PoolOptions<typeof notes> = { imports, instances: 3 };
  await createHost().pool("x", notes, several);
}
export function generic<C extends Contract<any, any>>(of: C, options: OpenOptions<C>): Promise<Plugin<C>> {
  return open("x", of, options);
}

export async function misspelled(): Promise<void> {
  // @ts-expect-error there is no such limit
  const opened = await open("x", notes, { imports, limits: { deadLine: 3 } });
  // @ts-expect-error there is no such grant
  await open("x", notes, { imports, grants: { enviroment: { HOME: true } } });
  // @ts-expect-error there is no such level
  await open("x", notes, { imports, isolation: "sandbox" });
  // @ts-expect-error an s64 is a bigint
  await opened.exports.add(1);
  // @ts-expect-error there is no such function
  await opened.exports.ad(1n);
  // @ts-expect-error a call returns a promise
  const found: { id: number } | undefined = opened.exports.get(1);
  // @ts-expect-error a function without result returns nothing
  const nothing: number = await opened.exports.clear();
  void [found, nothing];
}
