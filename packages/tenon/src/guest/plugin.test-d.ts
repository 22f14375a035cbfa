import { expectTypeOf } from "vitest";
import { contract, t } from "../contract/index.js";
import { type Context, fail, type PluginDescriptor, plugin } from "./index.js";

const greeter = contract("demo:greeter@1.0.0", {
  imports: { now: t.func([], t.u64) },
  exports: {
    greet: t.func([["name", t.string]], t.string),
    find: t.optional(t.func([["key", t.u32]], t.result(t.string, t.string))),
    store: t.interface({ get: t.func([["key", t.string]], t.option(t.bytes)) }),
  },
});

const made = plugin(greeter, ({ imports, sync, lifecycle, log, settings }) => {
  expectTypeOf(imports.now).toEqualTypeOf<() => Promise<bigint>>();
  expectTypeOf(sync.now).toEqualTypeOf<() => bigint>();
  expectTypeOf(settings).toBeUnknown();
  lifecycle({ health: () => true, save: () => ({ a: 1 }), restore(_state: { a: number }) {}, async close() {} });
  log("ready");
  return {
    greet(name) {
      expectTypeOf(name).toBeString();
      return name;
    },
    async find(key, call) {
      expectTypeOf(key).toBeNumber();
      expectTypeOf(call.signal).toEqualTypeOf<AbortSignal>();
      throw fail("none");
    },
    store: { get: () => undefined },
  };
});
expectTypeOf(made).toEqualTypeOf<PluginDescriptor<typeof greeter>>();
expectTypeOf<Context<typeof greeter>["imports"]["now"]>().returns.resolves.toBeBigInt();
expectTypeOf(fail({ code: 1 }).payload).toEqualTypeOf<{ readonly code: 1 }>();

plugin(greeter, { greet: (name) => name.toUpperCase(), store: { get: (key) => new TextEncoder().encode(key) } });
plugin(greeter, async () => ({ greet: async (name) => name, store: { get: async () => undefined } }));

// @ts-expect-error greet is missing
plugin(greeter, { store: { get: () => undefined } });
// @ts-expect-error greet answers with a number
plugin(greeter, { greet: () => 1, store: { get: () => undefined } });
