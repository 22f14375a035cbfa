/** Type tests: this file is compiled, never run. */
import { type Contract, contract, t } from "../contract/index.js";
import { createPoint, type Point } from "./point.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_T extends true>(): void => {};

const person = t.record("person", { name: t.string });
const other = t.record("other", { age: t.u8 });
const counter = t.resource("counter", { methods: { add: t.func([["by", t.u32]], t.u32) } });
const sample = contract("demo:typed@1.0.0", {
  exports: {
    greet: t.func(
      [
        ["name", t.string],
        ["times", t.u32],
      ],
      t.string,
    ),
    note: t.func([["text", t.string]]),
    age: t.func([["person", person]], t.u32),
    change: t.optional(
      t.func(
        [
          ["person", person],
          ["by", t.u8],
        ],
        person,
      ),
    ),
    swap: t.func([["person", person]], other),
    parse: t.func([["text", t.string]], t.result(t.string, t.u32)),
    find: t.func([["key", t.string]], t.option(t.string)),
    awaited: t.func([], t.future(t.u8)),
    store: t.interface({
      get: t.func([["key", t.string]], t.option(t.u32)),
      trim: t.func([["text", t.string]], t.string),
      Counter: counter,
    }),
  },
});
const point = createPoint(sample);

holds<Equal<ReturnType<typeof point.series.greet>, Promise<string[]>>>();
holds<Equal<Parameters<typeof point.series.greet>, [string, number]>>();
holds<Equal<ReturnType<typeof point.parallel.note>, Promise<void>>>();
holds<Equal<ReturnType<typeof point.series.find>, Promise<(string | undefined)[]>>>();
holds<Equal<ReturnType<typeof point.first.find>, Promise<string | undefined>>>();
holds<Equal<ReturnType<typeof point.series.parse>, Promise<string[]>>>();
holds<Equal<ReturnType<typeof point.series.awaited>, Promise<number[]>>>();
holds<Equal<ReturnType<typeof point.waterfall.change>, Promise<{ name: string }>>>();
holds<Equal<Parameters<typeof point.waterfall.change>, [{ name: string }, number]>>();
holds<Equal<ReturnType<typeof point.sync.waterfall.greet>, string>>();
holds<Equal<ReturnType<typeof point.sync.series.greet>, string[]>>();
holds<Equal<ReturnType<typeof point.sync.series.note>, void>>();
holds<Equal<ReturnType<typeof point.series.store.get>, Promise<(number | undefined)[]>>>();
holds<Equal<ReturnType<typeof point.sync.waterfall.store.trim>, string>>();
holds<Equal<keyof typeof point.waterfall, "greet" | "change" | "parse" | "store">>();
holds<Equal<keyof typeof point.first, "greet" | "age" | "change" | "swap" | "parse" | "find" | "awaited" | "store">>();
holds<Equal<keyof typeof point.series.store, "get" | "trim">>();
holds<Equal<keyof typeof point.waterfall.store, "trim">>();

function refused() {
  // @ts-expect-error the result is not of the first parameter's type
  void point.waterfall.age({ name: "Ada" });
  // @ts-expect-error nor are two records of different fields
  void point.waterfall.swap({ name: "Ada" });
  // @ts-expect-error an option is not what it is an option of
  void point.waterfall.find("x");
  // @ts-expect-error a function without result never answers
  void point.first.note("x");
  // @ts-expect-error a number is not a string
  void point.series.note(3);
  // @ts-expect-error there is no synchronous parallel
  void point.sync.parallel;
  // @ts-expect-error a default is needed for each function with a result
  createPoint(sample, { onFailure: "default", default: { greet: "" } });
  // @ts-expect-error no such policy
  createPoint(sample, { onFailure: "ignore" });
}
void refused;

const complete = {
  greet: "",
  age: 0,
  change: { name: "" },
  swap: { age: 1 },
  parse: "",
  awaited: 1,
  store: { trim: "" },
};
void createPoint(sample, { onFailure: "default", default: complete });
void point.with({ onFailure: "skip" }).series.greet("Ada", 1);

// A contract that is known only when the program runs.
declare const wide: Contract;
const wider: Point = createPoint(wide);
void wider.series.anything("x").then;
