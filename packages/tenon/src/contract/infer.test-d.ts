/** Type tests: this file is compiled, never run. An `Equal` that does not hold is a compile error. */
import {
  type Bound,
  contract,
  type Exports,
  type Func,
  type Handle,
  type Implementation,
  type Imports,
  type SyncExports,
  t,
  type Value,
} from "./index.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_T extends true>(): void => {};

const person = t.record("person", { firstName: t.string, age: t.option(t.u8), id: t.u64 });
holds<Equal<Value<typeof person>, { firstName: string; id: bigint; age?: number | undefined }>>();

const shape = t.variant("shape", { circle: t.f64, "unit-square": null });
holds<Equal<Value<typeof shape>, { tag: "circle"; val: number } | { tag: "unit-square"; val?: undefined }>>();

const colour = t.enum("colour", ["red", "dark-blue"]);
holds<Equal<Value<typeof colour>, "red" | "dark-blue">>();
const rights = t.flags("rights", ["read", "canWrite"]);
holds<Equal<Value<typeof rights>, { read?: boolean; canWrite?: boolean }>>();
const pair = t.tuple(t.string, t.list(t.s64));
holds<Equal<Value<typeof pair>, [string, bigint[]]>>();
const nested = t.option(t.option(t.bool));
holds<Equal<Value<typeof nested>, { tag: "some"; val: boolean | undefined } | { tag: "none" }>>();
holds<Equal<Value<typeof t.bytes>, Uint8Array>>();
const outcome = t.result(t.u32, t.string);
holds<Equal<Value<typeof outcome>, { tag: "ok"; val: number } | { tag: "err"; val: string }>>();
const streamed = t.stream(t.u8);
holds<Equal<Value<typeof streamed>, AsyncIterable<Uint8Array>>>();

const counter = t.resource("counter", {
  constructs: [["start", t.u32]],
  methods: { add: t.func([["by", t.u32]], t.u32) },
  statics: { zero: t.func([]) },
});
type AsyncCounter = Handle<typeof counter>;
holds<Equal<AsyncCounter["add"], (by: number) => Promise<number>>>;

export const sample = contract("demo:sample@1.0.0", {
  imports: { log: t.func([["message", t.string]]) },
  exports: {
    greet: t.func(
      [
        ["name", t.string],
        ["times", t.u32],
      ],
      t.string,
    ),
    find: t.func([["key", t.string]], t.result(person, shape)),
    extra: t.optional(t.func([], t.bool)),
    store: t.interface({ Counter: counter, total: t.func([["counter", t.borrow(counter)]], t.u32) }),
  },
});

declare const exports: Exports<typeof sample>;
declare const sync: SyncExports<typeof sample>;
holds<Equal<Parameters<typeof exports.greet>, [string, number]>>();
holds<Equal<ReturnType<typeof exports.greet>, Promise<string>>>();
holds<Equal<ReturnType<typeof sync.greet>, string>>();
holds<Equal<Awaited<ReturnType<typeof exports.find>>, { firstName: string; id: bigint; age?: number | undefined }>>();
holds<Equal<undefined extends typeof exports.extra ? true : false, true>>();
async function use() {
  using made = await exports.store.Counter.new(3);
  const n: number = await made.add(1);
  using direct = new sync.store.Counter(n);
  const m: number = direct.add(2);
  await exports.store.total(made);
  // @ts-expect-error a string is not a number
  await exports.greet("Ada", "2");
  // @ts-expect-error there is no such function
  await exports.nope();
  return m;
}
void use;
const imports: Imports<typeof sample> = { log: (message) => void message.toUpperCase() };
void imports;
export const implementation: Implementation<typeof sample> = {
  greet: (name, times, { signal }) => (signal.aborted ? "" : name.repeat(times)),
  find: async () => ({ firstName: "Ada", id: 1n }),
  store: {
    Counter: class {
      static zero() {}
      constructor(public value: number) {}
      add(by: number) {
        return (this.value += by);
      }
    },
    total: () => 3,
  },
};
type Wide = Bound<typeof sample.exports, "implement">;
holds<Equal<Wide["greet"] extends Func<typeof sample.exports.greet, "implement"> ? true : false, true>>();
