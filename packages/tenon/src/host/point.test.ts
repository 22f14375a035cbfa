import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { contract, t } from "../contract/index.js";
import { errors, isTenonError, type TenonError } from "../errors/index.js";
import { createPoint, type PointMember } from "./point.js";

const sample = contract("demo:words@1.0.0", {
  exports: {
    upper: t.func([["text", t.string]], t.string),
    note: t.func([["text", t.string]]),
    find: t.func(
      [
        ["key", t.string],
        ["times", t.u32],
      ],
      t.option(t.string),
    ),
    deep: t.func([["key", t.string]], t.option(t.option(t.u8))),
    extra: t.optional(t.func([], t.u8)),
    parse: t.func([["text", t.string]], t.result(t.string, t.string)),
    mixed: t.func([["text", t.string]], t.u32),
    store: t.interface({
      get: t.func([["key", t.string]], t.option(t.u32)),
      mark: t.optional(t.func([["text", t.string]], t.string)),
    }),
  },
});

type Functions = Record<string, ((...parameters: any[]) => unknown) | undefined>;

function member(name: string, functions: Functions, more: Partial<PointMember> = {}): PointMember {
  const grouped: any = {};
  for (const [path, implementation] of Object.entries(functions)) {
    const [group, inner] = path.split("#");
    if (inner === undefined) grouped[path] = implementation;
    else (grouped[group!] ??= {})[inner] = implementation;
  }
  return {
    name,
    version: "1.0.0",
    priority: 0,
    requires: {},
    exports: {},
    sync: grouped,
    state: "active",
    callable: (path) => functions[path],
    ...more,
  };
}

const append = (letter: string) => (text: string) => text + letter;
const later = (letter: string) => async (text: string) => text + letter;
const boom = (message: string) => () => {
  throw new Error(message);
};
const pointOf = (...members: PointMember[]) => {
  const point = createPoint(sample);
  for (const each of members) point.add(each);
  return point;
};
async function caught(promise: Promise<unknown>): Promise<TenonError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isTenonError(error)) throw new Error(`expected an error of Tenon's, got ${String(error)}`);
  return error;
}

describe("modes", () => {
  it("series calls one plugin after the other and returns the results in order", async () => {
    const log: string[] = [];
    const slow = async (text: string) => {
      log.push("b begins");
      await Promise.resolve();
      log.push("b ends");
      return `${text}b`;
    };
    const last = (text: string) => {
      log.push("c");
      return `${text}c`;
    };
    const point = pointOf(
      member("a", { upper: append("a") }),
      member("b", { upper: slow }),
      member("c", { upper: last }),
    );
    expect(await point.series.upper("x")).toEqual(["xa", "xb", "xc"]);
    expect(log).toEqual(["b begins", "b ends", "c"]);
  });

  it("parallel calls all plugins at the same time and returns the results in order", async () => {
    const running: string[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const waits = (name: string) => async (text: string) => {
      running.push(name);
      await gate;
      return text + name;
    };
    const point = pointOf(
      member("a", { upper: waits("a") }),
      member("b", { upper: append("b") }),
      member("c", { upper: waits("c") }),
    );
    const answers = point.parallel.upper("x");
    expect(running).toEqual(["a", "c"]);
    release();
    expect(await answers).toEqual(["xa", "xb", "xc"]);
  });

  it("first stops at the first result; undefined is none, and no plugin after it is called", async () => {
    const never = vi.fn(() => "late");
    const point = pointOf(
      member("a", { find: () => undefined }),
      member("b", { find: async () => undefined }),
      member("c", { find: (key: string, times: number) => key.repeat(times) }),
      member("d", { find: never }),
    );
    expect(await point.first.find("ab", 2)).toBe("abab");
    expect(never).not.toHaveBeenCalled();
  });

  it("first accepts falsy values and nested options with a tag, and returns undefined without any result", async () => {
    expect(await pointOf(member("a", { find: () => "" }), member("b", { find: () => "b" })).first.find("k", 1)).toBe(
      "",
    );
    const tagged = pointOf(
      member("a", { deep: () => ({ tag: "none" }) }),
      member("b", { deep: async () => ({ tag: "some", val: undefined }) }),
    );
    expect(await tagged.first.deep("k")).toEqual({ tag: "some", val: undefined });
    expect(pointOf(member("a", { deep: () => ({ tag: "none" }) })).sync.first.deep("k")).toBeUndefined();
    expect(await pointOf(member("a", { find: () => undefined })).first.find("k", 1)).toBeUndefined();
  });

  it("waterfall lets each plugin transform the result of the one before", async () => {
    const point = pointOf(
      member("a", { upper: append("a") }),
      member("b", { upper: later("b") }),
      member("c", { upper: append("c") }),
    );
    expect(await point.waterfall.upper("x")).toBe("xabc");
    expect(
      await pointOf(member("a", { parse: append("a") }), member("b", { parse: append("b") })).waterfall.parse("x"),
    ).toBe("xab");
  });

  it("sync does the same without promises", () => {
    const point = pointOf(
      member("a", { upper: append("a"), find: () => undefined }),
      member("b", { upper: append("b"), find: () => "b" }),
    );
    expect(point.sync.series.upper("x")).toEqual(["xa", "xb"]);
    expect(point.sync.first.find("k", 1)).toBe("b");
    expect(point.sync.waterfall.upper("x")).toBe("xab");
  });

  it("collects nothing for a function without result", async () => {
    const note = vi.fn();
    const point = pointOf(member("a", { note }), member("b", { note: async (text: string) => note(text) }));
    expect(await point.series.note("x")).toBeUndefined();
    expect(await point.parallel.note("x")).toBeUndefined();
    expect(note).toHaveBeenCalledTimes(4);
    expect(pointOf(member("a", { note })).sync.series.note("x")).toBeUndefined();
  });

  it("works without any plugin", async () => {
    const point = pointOf();
    expect(await point.series.upper("x")).toEqual([]);
    expect(await point.parallel.upper("x")).toEqual([]);
    expect(await point.first.find("x", 1)).toBeUndefined();
    expect(await point.waterfall.upper("x")).toBe("x");
    expect(point.sync.series.upper("x")).toEqual([]);
    expect(point.sync.waterfall.upper("x")).toBe("x");
  });

  it("reaches the functions of interfaces, and leaves out plugins without an optional function", async () => {
    const one = member("a", { "store#get": () => 1, extra: () => 7 });
    const point = pointOf(one, member("b", { "store#get": async () => 2, "store#mark": append("b") }));
    expect(await point.series.store.get("k")).toEqual([1, 2]);
    expect(await point.parallel.extra()).toEqual([7]);
    expect(await point.waterfall.store.mark("x")).toBe("xb");
    expect(point.sync.waterfall.store.mark("x")).toBe("xb");
    const { get } = point.series.store;
    point.remove(one);
    expect(await get("k")).toEqual([2]);
  });

  it("refuses a mode that makes no sense for the function", async () => {
    const point: any = pointOf(member("a", { mixed: () => 1, note: () => {} }));
    for (const [promise, message] of [
      [point.waterfall.mixed("x"), /mixed\(\) cannot be called in waterfall mode: .*the two have different types/],
      [point.waterfall.extra(), /extra\(\) cannot be called in waterfall mode: .*lacks a parameter or a result/],
      [point.waterfall.find("x", 1), /find\(\) cannot be called in waterfall mode: .*different types/],
      [point.first.note("x"), /note\(\) cannot be called in first mode: it has no result/],
    ]) {
      const error = await caught(promise);
      expect(error.code).toBe("TENON_OPTION_INVALID");
      expect(error.message).toMatch(message);
    }
    expect(() => point.sync.waterfall.mixed("x")).toThrow(/different types/);
  });

  it("refuses more parameters than the contract has", async () => {
    const point: any = pointOf(member("a", { upper: append("a") }));
    expect((await caught(point.series.upper("x", 1))).message).toBe("upper(): expected 1 parameter, got 2");
    expect(() => point.sync.series.upper("x", 1)).toThrow("upper(): expected 1 parameter, got 2");
  });
});

describe("failures", () => {
  const failing = () =>
    [
      member("a", { upper: append("a") }),
      member("b", { upper: boom("no b") }),
      member("c", { upper: later("c") }),
    ] as const;

  it("stop names the plugin, keeps the cause, and calls no plugin after it in series", async () => {
    const never = vi.fn(append("d"));
    const point = pointOf(...failing(), member("d", { upper: never }));
    const error = await caught(point.series.upper("x"));
    expect(error.code).toBe("TENON_POINT_FAILED");
    expect(error.message).toBe('point demo:words@1.0.0: plugin "b" failed in upper(): no b');
    expect(error.subject).toBe("b");
    expect((error.cause as Error).message).toBe("no b");
    expect(never).not.toHaveBeenCalled();
    expect((await caught(point.waterfall.upper("x"))).subject).toBe("b");
    expect(() => point.sync.series.upper("x")).toThrow('plugin "b" failed in upper(): no b');
  });

  it("stop in parallel rejects with the first failure in order after all have settled, and reports every failure", async () => {
    const told: string[] = [];
    let finish = (_: string) => {};
    const slow = new Promise<string>((resolve) => {
      finish = resolve;
    });
    const point = createPoint(sample, {
      onMemberFailure: (plugin, error) => told.push(`${plugin.name}: ${(error as Error).message}`),
    });
    point.add(member("a", { upper: async () => Promise.reject(new Error("no a")) }));
    point.add(member("b", { upper: () => slow }));
    point.add(member("c", { upper: boom("no c") }));
    let settled = false;
    const answer = caught(point.parallel.upper("x")).finally(() => {
      settled = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toBe(false);
    finish("b");
    expect((await answer).subject).toBe("a");
    expect(told).toEqual(["a: no a", "c: no c"]);
  });

  it("skip continues without the plugin, and reports the failure with its call", async () => {
    const onMemberFailure = vi.fn();
    const point = createPoint(sample, { onFailure: "skip", onMemberFailure });
    for (const each of failing()) point.add(each);
    expect(await point.series.upper("x")).toEqual(["xa", "xc"]);
    expect(await point.parallel.upper("x")).toEqual(["xa", "xc"]);
    expect(await point.waterfall.upper("x")).toBe("xac");
    expect(await point.first.upper("x")).toBe("xa");
    expect(onMemberFailure.mock.calls.map(([plugin, error, call]) => [plugin.name, error.message, call])).toEqual(
      ["series", "parallel", "waterfall"].map((mode) => ["b", "no b", { function: "upper", mode }]),
    );
  });

  it("default uses the given value as the result", async () => {
    const point = createPoint(
      contract("demo:two@1.0.0", { exports: { upper: sample.exports.upper, note: sample.exports.note } }),
      {
        onFailure: "default",
        default: { upper: "?" },
      },
    );
    point.add(member("a", { upper: boom("no a"), note: boom("no a") }));
    point.add(member("b", { upper: append("b"), note: () => {} }));
    expect(await point.series.upper("x")).toEqual(["?", "xb"]);
    expect(await point.parallel.upper("x")).toEqual(["?", "xb"]);
    expect(await point.waterfall.upper("x")).toBe("?b");
    expect(await point.first.upper("x")).toBe("?");
    expect(point.sync.series.upper("x")).toEqual(["?", "xb"]);
    expect(await point.series.note("x")).toBeUndefined();
  });

  it("with() uses another policy for some calls", async () => {
    const point = pointOf(...failing());
    const lenient = point.with({ onFailure: "skip" });
    expect(await lenient.series.upper("x")).toEqual(["xa", "xc"]);
    point.add(member("d", { upper: append("d") }));
    expect(await lenient.series.upper("x")).toEqual(["xa", "xc", "xd"]);
    await expect(point.series.upper("x")).rejects.toMatchObject({ code: "TENON_POINT_FAILED" });
  });

  it("keeps the plugin's own stack and payload", async () => {
    const own = errors.TENON_CALL_RESULT({ message: "declared", payload: { why: 1 }, pluginStack: "at plugin.ts:1" });
    const error = await caught(pointOf(member("a", { upper: () => Promise.reject(own) })).first.upper("x"));
    expect(error.pluginStack).toBe("at plugin.ts:1");
    expect((error.cause as TenonError).payload).toEqual({ why: 1 });
  });

  it("never hides the caller's own wrong argument behind a policy", async () => {
    const refuse = (path: string) => () => {
      throw errors.TENON_VALUE_TYPE(`${path}(): refused`);
    };
    const onMemberFailure = vi.fn();
    const point: any = createPoint(sample, { onFailure: "skip", onMemberFailure });
    point.add(member("a", { upper: refuse("upper") }));
    for (const mode of ["series", "parallel", "first", "waterfall"]) {
      const error = await caught(point[mode].upper(3));
      expect(error.code).toBe("TENON_VALUE_TYPE");
      expect(error.message).toBe('upper(): parameter "text": expected string, got number 3');
    }
    expect(onMemberFailure).not.toHaveBeenCalled();
    expect(await point.series.upper("x")).toEqual([]);
    expect(onMemberFailure).toHaveBeenCalledTimes(1);
  });

  it("does not mistake an exception of the listener for the plugin's", async () => {
    const point = createPoint(sample, { onFailure: "skip", onMemberFailure: boom("listener") });
    point.add(member("a", { upper: boom("no a") }));
    expect((await caught(point.series.upper("x"))).code).toBe("TENON_IMPORT_THREW");
    expect((await caught(point.parallel.upper("x"))).message).toContain("onMemberFailure threw: listener");
  });

  it("treats a thrown undefined, and a thenable that rejects, as failures", async () => {
    const point = createPoint(sample, { onFailure: "skip" });
    point.add(member("a", { upper: () => Promise.reject(undefined) }));
    point.add(
      member("b", {
        // biome-ignore lint/suspicious/noThenProperty: a foreign promise is what is tested
        upper: () => ({ then: (_: unknown, reject: (error: Error) => void) => reject(new Error("foreign")) }),
      }),
    );
    point.add(member("c", { upper: append("c") }));
    expect(await point.series.upper("x")).toEqual(["xc"]);
    expect(await point.parallel.upper("x")).toEqual(["xc"]);
  });
});

describe("sync", () => {
  it("refuses before calling any plugin if one cannot be called synchronously", () => {
    const called = vi.fn(append("a"));
    const point = createPoint(sample, { onFailure: "skip" });
    point.add(member("a", { upper: called }));
    point.add(member("b", { upper: later("b") }, { sync: undefined }));
    expect(() => point.sync.series.upper("x")).toThrow(
      'upper() cannot be called synchronously at this point: plugin "b" has no synchronous calls',
    );
    expect(called).not.toHaveBeenCalled();
    const throwing = member("c", {});
    Object.defineProperty(throwing, "sync", { get: boom("no sync here") });
    const other = pointOf(throwing);
    expect(() => other.sync.series.upper("x")).toThrow(expect.objectContaining({ code: "TENON_SYNC_UNAVAILABLE" }));
  });
});

describe("plugins", () => {
  it("orders by priority, dependencies and name, and orders again when plugins change", async () => {
    const point = createPoint(sample);
    const b = member("b", { upper: append("b") });
    const top = { ...member("z", { upper: append("z") }, { priority: 5, requires: { b: "^1.0.0" } }) };
    point.add(member("c", { upper: append("c") }));
    point.add(b);
    point.add(top);
    expect(await point.series.upper("")).toEqual(["b", "z", "c"]);
    expect(point.members.map(({ name }) => name)).toEqual(["b", "z", "c"]);
    (top as { priority: number }).priority = -1;
    point.refresh();
    expect(await point.series.upper("")).toEqual(["b", "c", "z"]);
    expect(point.remove(b)).toBe(true);
    expect(point.remove(b)).toBe(false);
    expect((await caught(point.series.upper(""))).message).toBe(
      'plugin "z" requires plugin "b" (^1.0.0), which is not at this point',
    );
    expect(point.problems.map(({ code }) => code)).toEqual(["TENON_DEPENDENCY_MISSING"]);
    expect(await point.with({ onFailure: "skip" }).series.upper("")).toEqual(["c"]);
    point.add(b);
    expect(await point.series.upper("")).toEqual(["b", "c", "z"]);
  });

  it("reports once that a plugin is left out, and adds no plugin twice", async () => {
    const onMemberFailure = vi.fn();
    const point = createPoint(sample, { onFailure: "skip", onMemberFailure });
    const a = member("a", { upper: append("a") }, { requires: { gone: "*" } });
    point.add(a);
    point.add(a);
    point.add(member("b", { upper: append("b") }));
    expect(await point.series.upper("")).toEqual(["b"]);
    point.add(member("c", { upper: append("c") }));
    expect(await point.parallel.upper("")).toEqual(["b", "c"]);
    expect(onMemberFailure.mock.calls.map(([plugin, error, call]) => [plugin.name, error.code, call])).toEqual([
      ["a", "TENON_DEPENDENCY_MISSING", undefined],
    ]);
  });

  it("lets a listener remove plugins while it handles a failure", async () => {
    const bad = member("a", { upper: append("a") }, { requires: { gone: "*" } });
    const point = createPoint(sample, { onMemberFailure: (plugin) => point.remove(plugin) });
    point.add(bad);
    point.add(member("b", { upper: append("b") }));
    await expect(point.series.upper("")).rejects.toMatchObject({ code: "TENON_DEPENDENCY_MISSING" });
    expect(await point.series.upper("")).toEqual(["b"]);
  });

  it("does not call a plugin that is removed before its turn, nor one that is added meanwhile", async () => {
    let release = () => {};
    const waits = new Promise<void>((resolve) => {
      release = resolve;
    });
    const b = member("b", { upper: append("b") });
    const point = pointOf(member("a", { upper: () => waits.then(() => "a") }), b, member("c", { upper: append("c") }));
    const answers = point.series.upper("");
    point.remove(b);
    point.add(member("d", { upper: append("d") }));
    release();
    expect(await answers).toEqual(["a", "c"]);
    expect(await point.series.upper("")).toEqual(["a", "c", "d"]);
  });

  it("reports a function that a plugin lacks", async () => {
    const error = await caught(pointOf(member("a", {})).series.upper("x"));
    expect((error.cause as TenonError).code).toBe("TENON_SYMBOL_MISSING");
  });

  it("refuses values that are not plugins", () => {
    const point: any = createPoint(sample);
    for (const bad of [
      undefined,
      null,
      3,
      {},
      { ...member("a", {}), name: 3 },
      { ...member("a", {}), priority: Number.NaN },
      { ...member("a", {}), requires: null },
    ]) {
      expect(() => point.add(bad)).toThrow(expect.objectContaining({ code: "TENON_OPTION_INVALID" }));
    }
  });
});

describe("options", () => {
  it.each([
    [null, "expected an object, got null"],
    [{ onfailure: "skip" }, 'did you mean "onFailure"?'],
    [{ onFailure: "ignore" }, 'expected "stop", "skip" or "default", got string "ignore"'],
    [{ default: {} }, 'default: needs onFailure: "default", got onFailure: "stop"'],
    [{ onMemberFailure: 3 }, "expected a function"],
    [{ onFailure: "default", default: 3 }, "expected an object with a value for each function"],
    [{ onFailure: "default" }, "default.upper: is missing: upper() returns string"],
    [{ onFailure: "default", default: { upper: 3 } }, "default.upper: expected string, got number 3"],
    [{ onFailure: "default", default: { uper: "" } }, 'did you mean "upper"?'],
    [{ onFailure: "default", default: { upper: "", note: 1 } }, "note() has no result"],
    [{ onFailure: "default", default: { upper: "", store: { got: 1 } } }, 'did you mean "get"?'],
  ])("refuses %o", (options, message) => {
    expect(() => createPoint(sample, options as any)).toThrow(
      expect.objectContaining({ code: "TENON_OPTION_INVALID", message: expect.stringContaining(message) }),
    );
  });
});

describe("compiled calls mean what the modes say", () => {
  type Behaviour = {
    readonly kind: "answers" | "promises" | "throws" | "rejects" | "none" | "absent";
    readonly letter: string;
  };
  const behaviour: fc.Arbitrary<Behaviour> = fc.record({
    kind: fc.constantFrom("answers", "promises", "throws", "rejects", "none", "absent"),
    letter: fc.constantFrom("a", "b", "c"),
  });
  const world = contract("demo:model@1.0.0", {
    exports: { run: t.optional(t.func([["text", t.option(t.string)]], t.option(t.string))) },
  });

  function implementation({ kind, letter }: Behaviour) {
    const answer = (text: string | undefined) => (kind === "none" ? undefined : (text ?? "") + letter);
    if (kind === "absent") return undefined;
    if (kind === "throws") return boom(letter);
    if (kind === "rejects") return async () => Promise.reject(new Error(letter));
    return kind === "promises" ? async (text?: string) => answer(text) : answer;
  }

  function expected(mode: string, policy: string, behaviours: readonly Behaviour[]) {
    const collected: (string | undefined)[] = [];
    let value: string | undefined = "x";
    for (const each of behaviours) {
      if (each.kind === "absent") continue;
      let answer: string | undefined;
      if (each.kind === "throws" || each.kind === "rejects") {
        if (policy === "stop") return { fails: each.letter };
        if (policy === "skip") continue;
        answer = "?";
      } else if (each.kind !== "none") answer = ((mode === "waterfall" ? value : "x") ?? "") + each.letter;
      collected.push(answer);
      if (mode === "first" && answer !== undefined) return { gives: answer };
      if (mode === "waterfall") value = answer;
    }
    return { gives: mode === "first" ? undefined : mode === "waterfall" ? value : collected };
  }

  const members = fc.oneof(
    { weight: 9, arbitrary: fc.array(behaviour, { maxLength: 8 }) },
    { weight: 1, arbitrary: fc.array(behaviour, { minLength: 65, maxLength: 70 }) },
  );
  const policies = fc.constantFrom("stop", "skip", "default");

  function build(behaviours: readonly Behaviour[], policy: string) {
    const options: any = policy === "default" ? { onFailure: policy, default: { run: "?" } } : { onFailure: policy };
    const point: any = createPoint(world, options);
    for (const [index, each] of behaviours.entries()) {
      const run = implementation(each);
      point.add(member(`m${String(index).padStart(3, "0")}`, { run }));
    }
    return point;
  }

  it("asynchronously", async () => {
    await fc.assert(
      fc.asyncProperty(
        members,
        fc.constantFrom("series", "parallel", "first", "waterfall"),
        policies,
        async (behaviours, mode, policy) => {
          const model = expected(mode, policy, behaviours);
          const outcome = await build(behaviours, policy)
            [mode].run("x")
            .then(
              (gives: unknown) => ({ gives }),
              (error: TenonError) => ({ fails: (error.cause as Error).message }),
            );
          expect(outcome).toEqual(model);
        },
      ),
      { numRuns: times(400) },
    );
  });

  it("synchronously", () => {
    fc.assert(
      fc.property(members, fc.constantFrom("series", "first", "waterfall"), policies, (behaviours, mode, policy) => {
        const now = behaviours.map(
          (each): Behaviour => ({
            ...each,
            kind: each.kind === "promises" ? "answers" : each.kind === "rejects" ? "throws" : each.kind,
          }),
        );
        const model = expected(mode, policy, now);
        let outcome: unknown;
        try {
          outcome = { gives: build(now, policy).sync[mode].run("x") };
        } catch (error) {
          outcome = { fails: ((error as TenonError).cause as Error).message };
        }
        expect(outcome).toEqual(model);
      }),
      { numRuns: times(300) },
    );
  });
});
