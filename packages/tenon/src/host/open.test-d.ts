import { contract, type Exports, open, t } from "tenon";
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

test("settings are unknown unless the plugin names their type", () => {
  plugin(kit, ({ settings }) => {
    expectTypeOf(settings).toBeUnknown();
    return { ping: () => {}, now: () => {}, save: () => {} };
  });
});
