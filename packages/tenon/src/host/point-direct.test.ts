import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { contract, signatures, t } from "../contract/index.js";
import { errors, isTenonError, type TenonError } from "../errors/index.js";
import { compileCallable, type Detours, type Slot } from "./callable.js";
import { createPoint, type PointMember } from "./point.js";

const sample = contract("demo:direct@1.0.0", {
  exports: {
    change: t.func([["text", t.string]], t.string),
    find: t.func(
      [
        ["colour", t.enum("colour", ["red", "dark-blue"])],
        ["times", t.u8],
      ],
      t.option(t.string),
    ),
    note: t.func([["text", t.option(t.string)]]),
    now: t.func([], t.s64),
    list: t.func([["items", t.list(t.string)]], t.list(t.string)),
  },
});

type Implementation = Record<string, ((...parameters: any[]) => unknown) | undefined>;

/** A plugin whose functions are compiled as the host compiles them, with or without the short path for points. */
function member(name: string, implementation: Implementation, { short = true, limit = 1000 } = {}) {
  const slots: Record<string, Slot> = {};
  const detours: Detours = {
    limit,
    slow: async () => "slow",
    slowSync: () => "slow",
    settle: async (promise) => {
      const value = await Promise.resolve(promise).catch((error: Error) => Promise.reject(threw(error)));
      if (value !== undefined && typeof value !== "string") throw errors.TENON_VALUE_TYPE("settled to another type");
      return value;
    },
    failed: threw,
  };
  const compiled = new Map(
    signatures(sample.exports).map((signature) => {
      const slot: Slot = { direct: implementation[signature.path] };
      slots[signature.path] = slot;
      return [signature.path, compileCallable(signature, slot, detours)];
    }),
  );
  const plugin: PointMember & { readonly slots: Record<string, Slot> } = {
    name,
    version: undefined,
    priority: 0,
    requires: {},
    exports: {},
    sync: Object.fromEntries([...compiled].map(([path, each]) => [path, each.sync])),
    state: "active",
    callable: (path) => compiled.get(path)?.either,
    direct: (path) => (short ? { slot: slots[path]!, detours } : undefined),
    slots,
  };
  return plugin;
}

function threw(error: unknown): TenonError {
  return isTenonError(error) ? error : errors.TENON_CALL_THREW({ message: (error as Error).message, cause: error });
}

const pointOf = (...members: PointMember[]) => {
  const point = createPoint(sample);
  for (const each of members) point.add(each);
  return point;
};
const append = (letter: string) => (text: string) => text + letter;
async function caught(action: () => unknown): Promise<TenonError> {
  try {
    await action();
  } catch (error) {
    if (isTenonError(error)) return error;
    throw error;
  }
  throw new Error("expected a failure");
}

describe("the short path", () => {
  it("calls the plugin's own function, and never the compiled one", async () => {
    const plugin = member("a", { change: append("a") });
    const callable = vi.fn(() => "checked");
    const point = pointOf(
      { ...plugin, callable: () => callable },
      member("b", { change: append("b") }, { short: false }),
    );
    expect(await point.waterfall.change("x")).toBe("xab");
    expect(await point.series.change("x")).toEqual(["xa", "xb"]);
    expect(await point.parallel.change("x")).toEqual(["xa", "xb"]);
    expect(callable).not.toHaveBeenCalled();
  });

  it("follows the slot to the next instance, and takes the long path without an instance", async () => {
    const plugin = member("a", { change: append("a") });
    const point = pointOf(plugin);
    expect(point.sync.series.change("x")).toEqual(["xa"]);
    plugin.slots.change!.direct = append("A");
    expect(point.sync.series.change("x")).toEqual(["xA"]);
    plugin.slots.change!.direct = undefined;
    expect(point.sync.series.change("x")).toEqual(["slow"]);
    expect(await point.series.change("x")).toEqual(["slow"]);
  });

  it("is not used for values that one plugin could change for the next", async () => {
    const spoil = (items: unknown[]) => {
      items[0] = 3;
      return [];
    };
    const error = await caught(() =>
      pointOf(member("a", { list: spoil }), member("b", { list: (items: string[]) => items })).series.list(["x"]),
    );
    expect(error.message).toContain("expected string, got number 3");
  });

  it("reports a wrong parameter as the caller's mistake", async () => {
    const change = vi.fn(append("a"));
    const point: any = pointOf(member("a", { change, find: () => "found" }));
    for (const call of [
      () => point.series.change(3),
      () => point.parallel.change(),
      () => point.sync.waterfall.change(null),
    ]) {
      expect((await caught(call)).code).toBe("TENON_VALUE_TYPE");
    }
    expect((await caught(() => point.first.find("green", 1))).message).toContain('expected one of "red", "dark-blue"');
    expect((await caught(() => point.first.find("red", 256))).message).toContain("u8");
    expect(change).not.toHaveBeenCalled();
    expect(await point.first.find("dark-blue", 1)).toBe("found");
  });

  it("reports a wrong result as the plugin's failure", async () => {
    const point: any = pointOf(member("a", { change: () => 3, now: () => 3, note: () => "ignored" }));
    for (const call of [
      () => point.series.change("x"),
      () => point.parallel.change("x"),
      () => point.sync.first.change("x"),
    ]) {
      const error = await caught(call);
      expect(error.code).toBe("TENON_POINT_FAILED");
      expect(error.message).toContain('plugin "a" failed in change(): change(): result: expected string, got number 3');
    }
    expect((await caught(() => point.sync.series.now())).message).toContain("expected bigint, got number 3");
    expect(point.sync.series.note("x")).toBeUndefined();
    expect(await point.series.note(undefined)).toBeUndefined();
  });

  it("enforces the size limit in both directions, and the limit of each plugin", async () => {
    const double = (text: string) => text + text;
    const small = member("a", { change: double }, { limit: 5 });
    expect((await caught(() => pointOf(small).series.change("123456"))).message).toContain(
      "the parameters exceed the limit of 5 bytes",
    );
    expect((await caught(() => pointOf(small).series.change("123"))).message).toContain(
      "the result exceeds the limit of 5 bytes",
    );
    const mixed = pointOf(member("a", { change: double }), small);
    expect((await caught(() => mixed.waterfall.change("123"))).message).toContain(
      'plugin "a" failed in change(): change(): the parameters exceed',
    );
    expect(
      await pointOf(member("a", { change: double }, { limit: 0 })).waterfall.change("x".repeat(5000)),
    ).toHaveLength(10_000);
  });

  it("explains what the plugin threw, and refuses a promise in a synchronous call", async () => {
    const boom = () => {
      throw new TypeError("inside");
    };
    const point = pointOf(member("a", { change: boom, now: async () => 1n }));
    for (const call of [
      () => point.series.change("x"),
      () => point.parallel.change("x"),
      () => point.sync.series.change("x"),
    ]) {
      expect(((await caught(call)).cause as TenonError).code).toBe("TENON_CALL_THREW");
    }
    expect(((await caught(() => point.sync.series.now())).cause as TenonError).code).toBe("TENON_SYNC_UNAVAILABLE");
  });
});

it("does the same as the long path", async () => {
  const implementation = fc.constantFrom<(letter: string) => (text: string) => unknown>(
    append,
    (letter) => async (text) => text + letter,
    () => () => 3,
    () => async () => 3,
    () => () => undefined,
    (letter) => () => {
      throw new Error(letter);
    },
    (letter) => async () => Promise.reject(new Error(letter)),
  );
  const plugins = fc.array(fc.record({ implementation, short: fc.boolean(), slow: fc.boolean() }), { maxLength: 6 });
  const outcome = async (
    list: readonly { implementation: any; short: boolean; slow: boolean }[],
    short: boolean,
    mode: string,
    onFailure: "stop" | "skip",
    sync: boolean,
  ) => {
    const failures: string[] = [];
    const point: any = createPoint(sample, {
      onFailure,
      onMemberFailure: (plugin, error) => failures.push(`${plugin.name}: ${(error as Error).message}`),
    });
    for (const [index, each] of list.entries()) {
      const plugin = member(`p${index}`, { change: each.implementation(`${index}`) }, { short: short && each.short });
      if (each.slow) plugin.slots.change!.direct = undefined;
      point.add(plugin);
    }
    try {
      return { gives: await (sync ? point.sync : point)[mode].change("x"), failures };
    } catch (error) {
      return { fails: (error as Error).message, failures };
    }
  };
  await fc.assert(
    fc.asyncProperty(
      plugins,
      fc.constantFrom("series", "parallel", "first", "waterfall"),
      fc.constantFrom("stop", "skip"),
      fc.boolean(),
      async (list, mode, onFailure, wantsSync) => {
        const sync = wantsSync && mode !== "parallel";
        expect(await outcome(list, true, mode, onFailure, sync)).toEqual(
          await outcome(list, false, mode, onFailure, sync),
        );
      },
    ),
    { numRuns: times(200) },
  );
});
