import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileGuard, type Type, t } from "../../../contract/index.js";
import { isTenonError } from "../../../errors/index.js";
import { type CanonicalOptions, ComponentState, compileLift, compileLower, flattenFunction } from "./index.js";
import { type Encoding, functionOf, noResources } from "./testing/guest-heap.mjs";

const open = t.enum("mode", ["on", "off"], { open: true });
const leaf = fc.constantFrom<Type>(
  t.bool,
  t.s8,
  t.u16,
  t.u32,
  t.s64,
  t.f32,
  t.char,
  t.string,
  t.list(t.u8),
  t.json,
  open,
);
const { type: arbitraryType } = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    tie("type").map((element) => t.list(element)),
    tie("type").map((some) => t.option(some)),
    fc.tuple(fc.constantFrom(t.bool, t.u8, t.u32, t.string), tie("type")).map(([key, value]) => t.map(key, value)),
    fc.tuple(tie("type"), tie("type")).map(([ok, err]) => t.result(ok, err)),
    fc.array(tie("type"), { maxLength: 4 }).map((items) => t.tuple(...items)),
    fc.array(tie("type"), { minLength: 1, maxLength: 4 }).map(
      (types): Type => ({
        kind: "variant",
        name: "variant",
        cases: types.map((type, index) => ({ name: `l${index}`, type })),
      }),
    ),
  ),
}));

/** Words as a guest could leave them: addresses within and beyond its memory, lengths, discriminants, anything. */
const arbitraryWord = fc.oneof(fc.nat(4), fc.nat(70_000), fc.nat(0xffff_ffff));
const limit = 10_000;

/** A memory of one page that begins with these words, over and over. */
function hostileOptions(words: readonly number[], stringEncoding: Encoding): CanonicalOptions {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const view = new Uint32Array(memory.buffer);
  for (let index = 0; index < view.length; index++) view[index] = words[index % words.length]!;
  const realloc = () => words[0]! | 0;
  return { stringEncoding, memory, realloc, postReturn: undefined, async: false, callback: undefined };
}

const flatValue = (words: readonly number[], index: number, core: string): number | bigint => {
  const word = words[index % words.length]!;
  if (core === "i64") return BigInt.asIntN(64, (BigInt(word) << 32n) | BigInt(word));
  return core === "i32" ? word | 0 : word / 7;
};

/** Runs something that may fail, but only with a coded error. */
function expectCoded(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!isTenonError(error)) throw error;
    const codes = ["TENON_WASM_ABI", "TENON_CALL_TOO_LARGE", "TENON_CALL_RESULT", "TENON_VALUE_TYPE"];
    expect([...codes, "TENON_JSON_INVALID", "TENON_JSON_TOO_LARGE"]).toContain(error.code);
  }
}

const hostile = fc.record({
  types: fc.array(arbitraryType, { minLength: 1, maxLength: 3 }),
  words: fc.array(arbitraryWord, { minLength: 1, maxLength: 12 }),
  encoding: fc.constantFrom<Encoding>("utf8", "utf16", "latin1+utf16"),
});

test("whatever a guest returns becomes a value of the type, or a coded error", () => {
  fc.assert(
    fc.property(hostile, ({ types, words, encoding }) => {
      const result = t.tuple(...types);
      const type = functionOf([], result);
      const { results } = flattenFunction(type, "lift", false);
      const core = () => results.map((each, index) => flatValue(words, index, each))[0];
      const options = hostileOptions(words, encoding);
      const call = compileLift("call", type, core, options, new ComponentState("guest", limit), noResources);
      expectCoded(() => expect(compileGuard(result)(call())).toBe(true));
    }),
    { numRuns: times(1000) },
  );
});

test("whatever a guest passes to the host becomes a value of the type, or a coded error", () => {
  fc.assert(
    fc.property(hostile, ({ types, words, encoding }) => {
      const type = functionOf(types, t.string);
      const { parameters } = flattenFunction(type, "lower", false);
      const options = hostileOptions(words, encoding);
      const target = (...values: unknown[]) => {
        for (const [index, each] of types.entries()) expect(compileGuard(each)(values[index])).toBe(true);
        return "an answer";
      };
      const call = compileLower("host", type, target, () => options, new ComponentState("guest", limit), noResources);
      expectCoded(() => call(...parameters.map((each, index) => flatValue(words, index, each))));
    }),
    { numRuns: times(1000) },
  );
});
