import { expectTypeOf } from "vitest";
import { type Contract, contract, t } from "../contract/index.js";
import { type Context, fail, type Implementation, type PluginDescriptor, plugin } from "./index.js";

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

interface Settings {
  readonly polite: boolean;
}
plugin(greeter, ({ settings }: Context<typeof greeter, Settings>) => {
  expectTypeOf(settings).toEqualTypeOf<Settings>();
  return { greet: (name) => (settings.polite ? `Dear ${name}` : name), store: { get: () => undefined } };
});
// @ts-expect-error settings are unknown until they have a type
plugin(greeter, ({ settings }) => ({ greet: (name) => name + settings.polite, store: { get: () => undefined } }));
// @ts-expect-error this is the context of another contract
plugin(greeter, (_: Context<typeof switches>) => ({ greet: (name) => name, store: { get: () => undefined } }));

const store = { get: () => undefined };
class Greeter {
  readonly store = store;
  greet(name: string) {
    return name;
  }
}
plugin(greeter, new Greeter());
plugin(greeter, () => new Greeter());
plugin(greeter, () => (Math.random() < 0.5 ? new Greeter() : Promise.resolve(new Greeter())));
plugin(greeter, () => {
  throw new Error("never");
});
declare const typed: Implementation<typeof greeter>;
declare const make: (context: Context<typeof greeter>) => Implementation<typeof greeter>;
plugin(greeter, typed);
plugin(greeter, make);
plugin(greeter, async (context) => make(context));
plugin(greeter, {} as any);
// @ts-expect-error a class is not an implementation
plugin(greeter, Greeter);
// @ts-expect-error nor is a number
plugin(greeter, 1);

// A contract that is known only when the program runs.
declare const wide: Contract;
plugin(wide, ({ imports }) => ({ anything: (value: number) => imports.other ?? value }));

const note = t.record("note", { id: t.u32, title: t.string });
const switches = contract("demo:switches@1.0.0", {
  imports: { log: t.func([["message", t.string]]) },
  exports: {
    get: t.func([["id", t.u32]], t.option(note)),
    add: t.func(
      [
        ["a", t.s64],
        ["b", t.u8],
      ],
      t.s64,
    ),
    mode: t.func([], t.enum("mode", ["on", "off"])),
  },
});
plugin(switches, () => ({ get: (id) => ({ id, title: "x" }), add: (a, b) => a + BigInt(b), mode: () => "on" }));
// @ts-expect-error mode is missing
plugin(switches, () => ({ get: () => undefined, add: (a) => a }));
// @ts-expect-error a note has a title
plugin(switches, () => ({ get: (id) => ({ id, titel: "x" }), add: (a) => a, mode: () => "on" }));
// @ts-expect-error there is no such mode
plugin(switches, { get: () => undefined, add: (a) => a, mode: () => "auto" });
// @ts-expect-error there is no such function
plugin(switches, { get: () => undefined, add: (a) => a, mode: () => "on", mod: () => "on" });
plugin(switches, ({ imports }) => {
  // @ts-expect-error there is no such import
  void imports.lgo("x");
  return { get: () => undefined, add: (a) => a, mode: () => "on" };
});
// @ts-expect-error the body of a function is checked as well
plugin(switches, () => {
  return { get: () => undefined, add: (a: bigint) => a, mode: () => "auto" };
});
// @ts-expect-error and so is that of an asynchronous one
plugin(switches, async () => {
  return { get: () => undefined, add: (a: number) => a, mode: () => "on" };
});

// @ts-expect-error greet is missing
plugin(greeter, { store: { get: () => undefined } });
// @ts-expect-error greet answers with a number
plugin(greeter, { greet: () => 1, store: { get: () => undefined } });
