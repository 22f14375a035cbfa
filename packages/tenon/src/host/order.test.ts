import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTenonError, type TenonError } from "../errors/index.js";
import { arrange, type Orderable, order, versionFits } from "./order.js";

const plugin = (name: string, requires: Record<string, string> = {}, more: Partial<Orderable> = {}): Orderable => ({
  name,
  version: "1.0.0",
  priority: 0,
  requires,
  ...more,
});
const names = (members: readonly Orderable[]) => members.map(({ name }) => name).join(" ");
function failure(members: readonly Orderable[]): TenonError {
  try {
    order(members);
  } catch (error) {
    if (isTenonError(error)) return error;
    throw error;
  }
  throw new Error("expected order() to throw");
}

describe("order", () => {
  it("puts higher priority first, then goes by name, then as given", () => {
    const first = plugin("b", {}, { version: "2.0.0" });
    const second = plugin("b", {}, { version: "1.0.0" });
    expect(
      order([plugin("c"), first, plugin("a", {}, { priority: -1 }), second, plugin("d", {}, { priority: 7 })]),
    ).toEqual([plugin("d", {}, { priority: 7 }), first, second, plugin("c"), plugin("a", {}, { priority: -1 })]);
  });

  it("puts a dependency before the plugin that requires it, ahead of higher priorities", () => {
    const urgent = plugin("urgent", { base: "^1.0.0" }, { priority: 10 });
    expect(
      names(order([urgent, plugin("middle", {}, { priority: 5 }), plugin("base", { root: "*" }), plugin("root")])),
    ).toBe("root base urgent middle");
  });

  it("names the missing plugin, the plugin that requires it, and the nearest name", () => {
    const error = failure([plugin("a", { markdwon: "^1.0.0" }), plugin("markdown")]);
    expect(error.code).toBe("TENON_DEPENDENCY_MISSING");
    expect(error.subject).toBe("a");
    expect(error.message).toBe(
      'plugin "a" requires plugin "markdwon" (^1.0.0), which is not at this point; did you mean "markdown"?',
    );
  });

  it("names the version that it found", () => {
    const error = failure([plugin("a", { b: "^2.0.0" }), plugin("b", {}, { version: "1.4.0" })]);
    expect(error.code).toBe("TENON_DEPENDENCY_VERSION");
    expect(error.message).toBe(
      'plugin "a" requires plugin "b" in version ^2.0.0, but the one at this point has version 1.4.0',
    );
    expect(failure([plugin("a", { b: "^2.0.0" }), plugin("b", {}, { version: undefined })]).message).toContain(
      "the one at this point has no version",
    );
  });

  it("needs only one fitting plugin among those of the same name, and comes after it", () => {
    const old = plugin("b", {}, { version: "1.0.0", priority: 9 });
    const fitting = plugin("b", {}, { version: "2.3.0", priority: -9 });
    expect(order([plugin("a", { b: "2" }), old, fitting])).toEqual([old, fitting, plugin("a", { b: "2" })]);
  });

  it("names the plugins of a cycle", () => {
    const error = failure([plugin("c"), plugin("a", { b: "*" }), plugin("b", { a: "*" })]);
    expect(error.code).toBe("TENON_DEPENDENCY_CYCLE");
    expect(error.message).toBe("plugins require each other in a cycle: a -> b -> a");
    expect(failure([plugin("a", { a: "*" })]).message).toMatch(/a -> a$/);
    expect(
      failure([plugin("x", { a: "*" }), plugin("a", { b: "*" }), plugin("b", { c: "*" }), plugin("c", { a: "*" })])
        .message,
    ).toMatch(/a -> b -> c -> a$/);
  });

  it.each(["not a range", "x".repeat(300), 3, null])("refuses the range %j", (range) => {
    const error = failure([plugin("a", { b: range as string }), plugin("b")]);
    expect(error.code).toBe("TENON_MANIFEST_INVALID");
    expect(error.message).toContain('plugin "a": requires.b: expected a version range');
  });

  it("leaves out plugins whose dependencies are not met and the plugins that require them, and keeps the rest", () => {
    const { ordered, leftOut } = arrange([
      plugin("needs-needs", { needs: "*" }),
      plugin("needs", { gone: "*" }),
      plugin("fine"),
      plugin("p", { q: "*" }),
      plugin("q", { p: "*", fine: "*" }),
      plugin("on-circle", { p: "*" }),
    ]);
    expect(names(ordered)).toBe("fine");
    const codes = Object.fromEntries([...leftOut].map(([{ name }, { code }]) => [name, code]));
    expect(codes).toEqual({
      needs: "TENON_DEPENDENCY_MISSING",
      "needs-needs": "TENON_DEPENDENCY_MISSING",
      p: "TENON_DEPENDENCY_CYCLE",
      q: "TENON_DEPENDENCY_CYCLE",
      "on-circle": "TENON_DEPENDENCY_MISSING",
    });
    expect([...leftOut.values()][1]?.message).toBe(
      'plugin "needs-needs" requires plugin "needs", which is left out: plugin "needs" requires plugin "gone" (*), which is not at this point',
    );
  });

  it("handles a chain of any length", () => {
    const chain = Array.from(
      { length: 20_000 },
      (_, index): Orderable => plugin(`p${index}`, index === 0 ? {} : { [`p${index - 1}`]: "*" }),
    );
    expect(order([...chain].reverse())).toEqual(chain);
    const error = failure([plugin("p0", { p19999: "*" }), ...chain.slice(1)]);
    expect(error.code).toBe("TENON_DEPENDENCY_CYCLE");
    expect(error.message.length).toBeLessThan(500);
  });
});

describe("versions", () => {
  it.each([
    ["1.2.3", "^1.0.0", true],
    ["2.1.0-beta.1", "^2.0.0", true],
    ["2.0.0-rc.1", "^2.0.0", false],
    ["2.0.0-rc.1", "^2.0.0-rc.0", true],
    ["3.0.0-alpha", "<3.0.0", false],
    ["3.0.0-alpha", ">=2.0.0 <3.0.0", false],
    ["1.0.0-alpha", "*", true],
    ["1.0.0+build", "1.0.0", true],
    [undefined, "*", true],
    [undefined, "^1.0.0", false],
    ["latest", "^1.0.0", false],
    ["latest", "*", true],
  ])("%s fits %s: %s", (version, range, fits) => {
    expect(versionFits(version, range)).toBe(fits);
  });
});

describe("properties", () => {
  const universe = ["a", "b", "c", "d", "e", "f", "g"];
  const anyPlugin = fc.record({
    name: fc.constantFrom(...universe),
    version: fc.constantFrom("1.0.0", "1.5.0", "2.0.0", undefined),
    priority: fc.integer({ min: -2, max: 2 }),
    requires: fc.dictionary(fc.constantFrom(...universe), fc.constantFrom("*", "^1.0.0", "2"), { maxKeys: 2 }),
  });
  const distinct = fc.uniqueArray(anyPlugin, { selector: ({ name }) => name, maxLength: 7 });

  it("every plugin is ordered or left out, once, and dependencies come first", () => {
    fc.assert(
      fc.property(fc.array(anyPlugin, { maxLength: 10 }), (members) => {
        const { ordered, leftOut } = arrange(members);
        expect(new Set([...ordered, ...leftOut.keys()])).toEqual(new Set(members));
        expect(ordered.length + leftOut.size).toBe(members.length);
        for (const [index, member] of ordered.entries()) {
          for (const [name, range] of Object.entries(member.requires)) {
            const before = ordered.slice(0, index);
            expect(before.some((other) => other.name === name && versionFits(other.version, range))).toBe(true);
          }
        }
      }),
    );
  });

  it("a plugin is left out for a reason: a dependency that is missing, left out, or in a cycle with it", () => {
    fc.assert(
      fc.property(distinct, (members) => {
        const { leftOut } = arrange(members);
        for (const member of leftOut.keys()) {
          const met = Object.entries(member.requires).every(([name, range]) =>
            members.some((other) => other.name === name && versionFits(other.version, range) && !leftOut.has(other)),
          );
          expect(met).toBe(false);
        }
      }),
    );
  });

  it("does not depend on the order in which plugins were opened", () => {
    fc.assert(
      fc.property(
        distinct.chain((members) =>
          fc.tuple(fc.constant(members), fc.shuffledSubarray(members, { minLength: members.length })),
        ),
        ([members, shuffled]) => {
          const [one, two] = [arrange(members), arrange(shuffled)];
          expect(two.ordered).toEqual(one.ordered);
          expect([...two.leftOut].map(([{ name }, { code, message }]) => [name, code, message])).toEqual(
            [...one.leftOut].map(([{ name }, { code, message }]) => [name, code, message]),
          );
        },
      ),
    );
  });

  it("without requirements it is the order of priority and name", () => {
    fc.assert(
      fc.property(distinct, (members) => {
        const free = members.map((member) => ({ ...member, requires: {} }));
        const sorted = [...free].sort(
          (left, right) => right.priority - left.priority || (left.name < right.name ? -1 : 1),
        );
        expect(order(free)).toEqual(sorted);
      }),
    );
  });
});
