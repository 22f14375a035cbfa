/** Type tests: this file is compiled, never run. An `Equal` that does not hold is a compile error. */
import {
  type Bound,
  contract,
  type Exports,
  type Func,
  type Handle,
  type Implementation,
  type ImportedFunctions,
  type Imports,
  type JsonValue,
  type SyncExports,
  t,
  type Value,
} from "../index.js";

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
const scores = t.map(t.string, t.list(t.s64));
holds<Equal<Value<typeof scores>, Map<string, bigint[]>>>();
holds<Equal<Value<typeof t.json>, JsonValue>>();
const openMode = t.enum("mode", ["on", "off"], { open: true });
holds<Equal<Value<typeof openMode>, "on" | "off" | number>>();
const closedMode = t.enum("mode", ["on", "off"], { docs: "A mode." });
holds<Equal<Value<typeof closedMode>, "on" | "off">>();
interface Tree {
  label: string;
  children: Tree[];
}
const tree = t.recursive<Tree>((self) => t.record("tree", { label: t.string, children: t.list(self) }));
holds<Equal<Value<typeof tree>, Tree>>();
const choice = t.recursive<{ tag: "end" }>((self) => t.variant("choice", { end: null, more: self }));
holds<Equal<Value<typeof choice>, { tag: "end" }>>();
const node = t.recursive((self) => t.record("node", { label: t.string, next: t.option(self) }));
holds<Equal<Value<typeof node>, { label: string; next?: any }>>();
holds<Equal<Parameters<Func<ReturnType<typeof growing>>>, [tree: Tree, options: JsonValue]>>;
const growing = () =>
  t.func(
    [
      ["tree", tree],
      ["options", t.json],
    ],
    tree,
  );
export const data = contract("demo:data@1.0.0", {
  imports: { note: t.func([["more", t.json]]) },
  exports: {
    scores: t.func([["scores", scores]], t.map(t.u64, t.option(openMode))),
    grow: t.func([["tree", tree]], t.result(tree, t.json)),
  },
});
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

// Written inside contract(), where the surrounding type must not leak into what was left out.
const inline = contract("demo:inline@1.0.0", {
  imports: { log: t.func([["message", t.string]]) },
  exports: {
    ping: t.func([["id", t.u32]]),
    later: t.optional(t.func([])),
    save: t.func([], t.result(undefined, t.string)),
    load: t.func([], t.result(t.u32)),
    every: t.func([], t.list(t.result(t.u8))),
    ticks: t.func([], t.stream()),
    done: t.func([], t.future()),
    store: t.interface({
      clear: t.func([]),
      Plain: t.resource("plain", { methods: { touch: t.func([]) } }),
      Fixed: t.resource("fixed", { statics: { zero: t.func([]) } }),
      Made: t.resource("made", { constructs: [["start", t.u32]] }),
      Old: t.resource("old", { statics: { new: t.func([], t.u8) } }),
      Both: t.resource("both", { constructs: [], statics: { new: t.func([], t.u8) } }),
    }),
  },
});
type Inline = Exports<typeof inline>;
holds<Equal<Inline["ping"], (id: number) => Promise<void>>>();
holds<Equal<SyncExports<typeof inline>["ping"], (id: number) => void>>();
holds<Equal<Inline["later"], (() => Promise<void>) | undefined>>();
holds<Equal<Inline["save"], () => Promise<void>>>();
holds<Equal<Inline["store"]["Old"]["new"], () => Promise<number>>>();
holds<Equal<Inline["store"]["Both"]["new_"], () => Promise<number>>>();
holds<Equal<Inline["load"], () => Promise<number>>>();
holds<Equal<Inline["every"], () => Promise<({ tag: "ok"; val: number } | { tag: "err"; val: undefined })[]>>>();
holds<Equal<Inline["ticks"], () => Promise<AsyncIterable<undefined>>>>();
holds<Equal<Inline["done"], () => Promise<Promise<undefined>>>>();
holds<Equal<Inline["store"]["clear"], () => Promise<void>>>();
holds<Equal<keyof Inline["store"]["Plain"], never>>();
holds<Equal<keyof Inline["store"]["Fixed"], "zero">>();
holds<Equal<Parameters<Inline["store"]["Made"]["new"]>, [number]>>();
holds<
  Equal<keyof Awaited<ReturnType<Inline["store"]["Made"]["new"]>>, typeof Symbol.dispose | typeof Symbol.asyncDispose>
>();
holds<Equal<ReturnType<ImportedFunctions<typeof inline>["log"]>, Promise<void>>>();

// What a function without a result returns is ignored, so every function implements it.
const lines: string[] = [];
export const logs: Imports<typeof inline>[] = [
  { log: console.log },
  { log: (message) => lines.push(message) },
  { log: async (message) => void lines.push(message) },
];
// @ts-expect-error a number is not a string
export const wrongLog: Imports<typeof inline> = { log: (message: number) => void message };
// A result without a value may be returned as nothing at all.
type Save = Implementation<typeof inline>["save"];
export const saves: Save[] = [() => {}, () => undefined, async () => {}, async () => undefined];
// @ts-expect-error an error case is thrown and not returned
export const wrongSave: Save = () => ({ tag: "err", val: "disk full" });

// Never called: contract/formats runs this file for its sample.
export const refused = () => {
  // @ts-expect-error parameters are a list, in order
  t.func({ id: t.u32 });
  // @ts-expect-error "u32" is not a type
  t.func([["id", "u32"]], t.u32);
};
