import { describe, expect, test } from "vitest";
import { list, module, name, section } from "../../../binary/testing/assembler.mjs";
import { type Type, t } from "../../../contract/index.js";
import { type CanonicalOptions, ComponentState, type CoreFunction, compileLift } from "./index.js";
import { type Encoding, functionOf, GuestHeap, noResources } from "./testing/guest-heap.mjs";

interface Setting {
  readonly heap?: GuestHeap;
  readonly state?: ComponentState;
  readonly encoding?: Encoding;
  readonly options?: Partial<CanonicalOptions>;
}

function lift(parameters: readonly Type[], result: Type | undefined, core: CoreFunction, setting: Setting = {}) {
  const { heap = new GuestHeap(), state = new ComponentState("guest"), encoding = "utf8", options } = setting;
  const all = { ...heap.options(encoding), ...options };
  return compileLift("call", functionOf(parameters, result), core, all, state, noResources);
}

/** The code and message of the error that a call throws. */
function failureOf(call: () => unknown): string {
  try {
    call();
  } catch (error: any) {
    return `${error.code}: ${error.message}`;
  }
  return "no failure";
}

describe("results", () => {
  test("core values are truncated to the width of their type", () => {
    const value = 0xffff_fedc | 0;
    const of = (type: Type) => lift([], type, () => value)();
    expect(of(t.u8)).toBe(0xdc);
    expect(of(t.s8)).toBe(-0x24);
    expect(of(t.u16)).toBe(0xfedc);
    expect(of(t.s16)).toBe(-0x124);
    expect(of(t.u32)).toBe(0xffff_fedc);
    expect(of(t.s32)).toBe(value);
    expect(of(t.bool)).toBe(true);
    expect(lift([], t.u64, () => -1n)()).toBe(0xffff_ffff_ffff_ffffn);
    expect(lift([], t.s64, () => -1n)()).toBe(-1n);
  });

  test("unknown bits of flags are ignored", () => {
    const type = t.flags("f", ["read", "write"]);
    expect(lift([], type, () => 0xfe)()).toEqual({ read: false, write: true });
  });

  test("a map whose guest writes a key twice is refused, and the instance goes on", () => {
    const heap = new GuestHeap();
    const key = heap.bytes(0x61);
    const place = heap.words(heap.words(key, 1, 7, key, 1, 8), 2);
    const state = new ComponentState("guest");
    expect(failureOf(lift([], t.map(t.string, t.u32), () => place, { heap, state }))).toBe(
      'TENON_VALUE_TYPE: call(): a map from the plugin has the key "a" twice',
    );
    expect(state.trapped).toBeUndefined();
  });

  test.each([
    ["{", "TENON_JSON_INVALID: call(): JSON from the plugin:1:2: "],
    ['{"a":1,"a":2}', "TENON_JSON_INVALID: call(): JSON from the plugin:1:8: "],
    ["9007199254740993", "TENON_JSON_INVALID: call(): JSON from the plugin:1:1: "],
    ["[".repeat(257) + "]".repeat(257), "TENON_JSON_TOO_LARGE: call(): JSON from the plugin:1:257: "],
  ])("text that is not JSON is refused: %s", (text, message) => {
    const heap = new GuestHeap();
    const place = heap.words(heap.bytes(...Buffer.from(text)), text.length);
    const state = new ComponentState("guest");
    expect(failureOf(lift([], t.json, () => place, { heap, state }))).toContain(message);
    expect(state.trapped).toBeUndefined();
  });

  test("the key __proto__ of JSON is a property", () => {
    const heap = new GuestHeap();
    const text = '{"__proto__":{"polluted":1}}';
    const place = heap.words(heap.bytes(...Buffer.from(text)), text.length);
    const value = lift([], t.json, () => place, { heap })() as object;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test("a case of an open enum that has no name is its number", () => {
    const heap = new GuestHeap();
    const type = t.enum("mode", ["on", "off"], { open: true });
    const read = (...words: readonly number[]) => lift([], type, () => heap.words(...words), { heap })();
    expect([read(0, 9), read(1, 9), read(2, -1), read(2, 2 ** 31 - 1)]).toEqual(["on", "off", -1, 2 ** 31 - 1]);
    expect(failureOf(() => read(3, 0))).toContain(
      "TENON_WASM_ABI: guest: call(): expected a case from 0 to 2, found 3",
    );
  });

  test("text is read in every encoding", () => {
    const read = (encoding: Encoding, bytes: readonly number[], length: number) => {
      const heap = new GuestHeap();
      const place = heap.words(heap.bytes(...bytes), length);
      return lift([], t.string, () => place, { heap, encoding })();
    };
    expect(read("utf8", [0x47, 0xc3, 0xbc, 0xf0, 0x9f, 0x8e, 0x89], 7)).toBe("Gü🎉");
    expect(read("utf16", [0x47, 0, 0xfc, 0, 0x3c, 0xd8, 0x89, 0xdf], 4)).toBe("Gü🎉");
    expect(read("latin1+utf16", [0x47, 0xfc], 2)).toBe("Gü");
    expect(read("latin1+utf16", [0x47, 0, 0x16, 0x4e], 0x8000_0002)).toBe("G世");
    expect(read("utf8", [0xef, 0xbb, 0xbf, 0x41], 4)).toBe("\uFEFFA");
    expect(read("utf8", [0xef, 0xbf, 0xbd], 3)).toBe("\uFFFD");
  });

  const hostile: readonly [string, Type, (heap: GuestHeap) => unknown, string, Encoding?][] = [
    ["a result pointer outside", t.string, () => 0x7fff_fff8, "8 bytes at 2147483640 are outside its memory"],
    ["a result pointer at the end", t.string, () => 65_532, "8 bytes at 65532 are outside its memory"],
    ["a result pointer above 2 GiB", t.string, () => -8, "8 bytes at 4294967288 are outside its memory"],
    ["a misaligned result pointer", t.string, () => 18, "pointer 18 is not aligned to 4 bytes"],
    ["text outside", t.string, (heap) => heap.words(65_530, 7), "7 bytes at 65530 are outside its memory"],
    ["text of 4 GiB", t.string, (heap) => heap.words(0, 0xffff_ffff), "4294967295 bytes at 0 are outside its memory"],
    ["a list outside", t.list(t.u32), (heap) => heap.words(65_532, 2), "8 bytes at 65532 are outside its memory"],
    [
      "a list whose size overflows",
      t.list(t.u64),
      (heap) => heap.words(8, 0x2000_0001),
      "bytes at 8 are outside its memory",
    ],
    ["a misaligned list", t.list(t.u16), (heap) => heap.words(9, 1), "pointer 9 is not aligned to 2 bytes"],
    ["misaligned UTF-16", t.string, (heap) => heap.words(9, 1), "pointer 9 is not aligned to 2 bytes", "utf16"],
    [
      "half a surrogate pair",
      t.string,
      (heap) => heap.words(heap.bytes(0x3c, 0xd8), 1),
      "is not valid UTF-16",
      "utf16",
    ],
    ["a char above Unicode", t.char, () => 0x11_0000, "1114112 is not a valid character"],
    ["a surrogate as char", t.char, () => 0xd800, "55296 is not a valid character"],
    ["an enum case that does not exist", t.enum("e", ["a", "b"]), () => 2, "expected a case from 0 to 1, found 2"],
    ["a negative case", t.enum("e", ["a", "b"]), () => -1, "expected a case from 0 to 1, found 4294967295"],
    [
      "an option that is neither none nor some",
      t.option(t.u8),
      (heap) => heap.bytes(2, 0),
      "expected a case from 0 to 1, found 2",
    ],
  ];
  test.each(hostile)("%s traps", (_, type, core, message, encoding = "utf8") => {
    const heap = new GuestHeap();
    const state = new ComponentState("guest");
    const call = lift([], type, () => core(heap), { heap, state, encoding });
    expect(failureOf(call)).toContain(`TENON_WASM_ABI`);
    expect(state.trapped?.message).toContain(message);
    expect(failureOf(call)).toContain("because the plugin failed earlier");
  });

  test.each([
    ["a lone continuation byte", [0x41, 0x80]],
    ["a truncated sequence", [0xf0, 0x9f, 0x8e]],
    ["a surrogate in UTF-8", [0xed, 0xa0, 0x80]],
    ["an overlong form", [0xc0, 0xaf]],
    ["a byte that is never valid", [0xff]],
    ["invalid bytes after a long text", [...new Array<number>(300).fill(0x61), 0xfe]],
  ])("%s traps", (_, bytes) => {
    const heap = new GuestHeap();
    const place = heap.words(heap.bytes(...bytes), bytes.length);
    expect(failureOf(lift([], t.string, () => place, { heap }))).toContain("TENON_WASM_ABI: guest: the string of");
  });

  test("a memory may grow during the call", () => {
    const heap = new GuestHeap();
    const call = lift(
      [t.string],
      t.string,
      (pointer, length) => {
        heap.memory.grow(2);
        const place = 65_536 + 64;
        new Uint8Array(heap.memory.buffer).copyWithin(place, pointer, pointer + length);
        return heap.words(place, length);
      },
      { heap },
    );
    expect(call("grüße")).toBe("grüße");
    expect(call("a".repeat(500))).toBe("a".repeat(500));
  });

  test("overlapping lists are bounded by the limit, and the instance remains usable", () => {
    const heap = new GuestHeap();
    const state = new ComponentState("guest", 100_000);
    const text = heap.bytes(...new Array<number>(1000).fill(0x61));
    const many = (count: number) => {
      const items = Array.from({ length: count }, () => [text, 1000]).flat();
      return heap.words(heap.words(...items), count);
    };
    const freed: number[] = [];
    const options = { postReturn: (pointer: number) => freed.push(pointer) };
    const call = lift([t.u32], t.list(t.string), (count) => many(count), { heap, state, options });
    expect(failureOf(() => call(200))).toContain("TENON_CALL_TOO_LARGE");
    expect(freed).toHaveLength(1);
    expect(call(3)).toHaveLength(3);
    expect(freed).toHaveLength(2);
  });
});

test("a value inside the memory that exceeds the limit is too large, and not an ABI violation", () => {
  const heap = new GuestHeap();
  const state = new ComponentState("guest", 1000);
  const call = lift([t.u32], t.list(t.u8), (length) => heap.words(0, length), { heap, state });
  expect(failureOf(() => call(1001))).toContain(
    "TENON_CALL_TOO_LARGE: guest: a value from the plugin exceeds the limit of 1000 bytes",
  );
  expect(call(1000)).toHaveLength(1000);
});

describe("parameters", () => {
  test("text is written to memory that the guest allocates, once and with the right size", () => {
    const heap = new GuestHeap();
    const seen: number[][] = [];
    const call = lift(
      [t.string],
      undefined,
      (pointer, length) => {
        seen.push([...new Uint8Array(heap.memory.buffer, pointer, length)]);
      },
      { heap },
    );
    call("hi");
    call("");
    call("ü");
    call("a".repeat(40));
    call(`${"a".repeat(39)}ü`);
    expect(heap.calls).toEqual([
      [0, 0, 1, 2],
      [0, 0, 1, 0],
      [0, 0, 1, 2],
      [0, 0, 1, 40],
      [0, 0, 1, 41],
    ]);
    expect(seen[0]).toEqual([0x68, 0x69]);
    expect(seen[2]).toEqual([0xc3, 0xbc]);
  });

  test("more than sixteen core values are passed in memory", () => {
    const heap = new GuestHeap();
    const call = lift(
      new Array<Type>(17).fill(t.u16),
      t.u32,
      (pointer) => {
        const words = new Uint16Array(heap.memory.buffer, pointer, 17);
        return words.reduce((sum, word) => sum + word, 0);
      },
      { heap },
    );
    expect(call(...Array.from({ length: 17 }, (_, index) => index))).toBe(136);
    expect(heap.calls).toEqual([[0, 0, 2, 34]]);
  });

  test.each([
    ["outside its memory", () => 0x7fff_0000, "bytes at 2147418112 are outside its memory"],
    ["that is not aligned", () => 6, "pointer 6 is not aligned to 4 bytes"],
    ["that is negative", () => -4, "bytes at 4294967292 are outside its memory"],
  ])("a pointer from realloc %s traps", (_, realloc, message) => {
    const state = new ComponentState("guest");
    const call = lift([t.list(t.u32)], undefined, () => {}, { state, options: { realloc } });
    expect(failureOf(() => call([1, 2]))).toContain(`TENON_WASM_ABI`);
    expect(state.trapped?.message).toContain(message);
  });

  test("realloc may not call imports", () => {
    const state = new ComponentState("guest");
    let mayLeave = true;
    const realloc = () => {
      mayLeave = state.mayLeave;
      return 16;
    };
    lift([t.string], undefined, () => {}, { state, options: { realloc } })("x");
    expect([mayLeave, state.mayLeave]).toEqual([false, true]);
  });
});

describe("the end of a call", () => {
  test("post-return is called once with the core results, also for the error case", () => {
    const heap = new GuestHeap();
    const given: unknown[] = [];
    const state = new ComponentState("guest");
    const postReturn = (...flat: unknown[]) => {
      given.push([...flat, state.mayLeave]);
    };
    const call = lift(
      [t.bool],
      t.result(t.u32, t.string),
      (isError) => {
        const text = heap.bytes(0x6e, 0x6f);
        return isError ? heap.words(1, text, 2) : heap.words(0, 7);
      },
      { heap, state, options: { postReturn } },
    );
    expect(call(false)).toBe(7);
    expect(() => call(true)).toThrowError(expect.objectContaining({ code: "TENON_CALL_RESULT", payload: "no" }));
    expect(call(false)).toBe(7);
    expect(given).toHaveLength(3);
    expect(given[0]).toEqual([expect.any(Number), false]);
  });

  test("a nested result returns its innermost ok case", () => {
    const heap = new GuestHeap();
    const nested = lift(
      [t.u8, t.u8],
      t.result(t.result(undefined, t.u8), t.u8),
      (...bytes) => heap.bytes(...bytes, 5),
      { heap },
    );
    expect(nested(0, 0)).toBeUndefined();
    expect(() => nested(0, 1)).toThrowError(expect.objectContaining({ payload: 5 }));
    expect(() => nested(1, 9)).toThrowError(expect.objectContaining({ payload: 9 }));
  });

  test("an instance cannot be entered while it runs, but afterwards", () => {
    const state = new ComponentState("guest");
    const inner = lift([], t.u32, () => 1, { state });
    let failure = "";
    const outer = lift(
      [],
      undefined,
      () => {
        failure = failureOf(inner);
      },
      { state },
    );
    outer();
    expect(failure).toContain("TENON_WASM_BUSY");
    expect(inner()).toBe(1);
  });

  test("what a host function threw is rethrown unchanged, and the instance has failed", () => {
    const lost: unknown[] = [];
    const state = new ComponentState("guest", 0, (error) => lost.push(error));
    const thrown = new Error("host");
    const call = lift(
      [],
      undefined,
      () => {
        throw thrown;
      },
      { state },
    );
    expect(call).toThrow(thrown);
    expect(failureOf(call)).toContain("TENON_WASM_TRAP: guest: call() cannot be called");
    expect(lost).toEqual([expect.objectContaining({ code: "TENON_WASM_TRAP", cause: thrown })]);
  });

  test("a trap and a stack overflow have different codes, and the guest's frames", () => {
    const [unreachable, recursion] = [engineFunction([0x00]), engineFunction([0x10, 0])];
    const trapped = catching(lift([], undefined, unreachable));
    expect(trapped).toMatchObject({ code: "TENON_WASM_TRAP", subject: "guest" });
    expect(trapped.pluginStack).toContain("wasm");
    expect(catching(lift([], undefined, recursion))).toMatchObject({ code: "TENON_WASM_STACK" });
  });
});

function catching(call: () => unknown): any {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("it did not throw");
}

/** A function with this body, in its own module. */
function engineFunction(body: readonly number[]): CoreFunction {
  const bytes = module(
    section(1, list([0x60, 0, 0])),
    section(3, list([0])),
    section(7, list([...name("f"), 0, 0])),
    section(10, list([body.length + 2, 0, ...body, 0x0b])),
  );
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.f as CoreFunction;
}
