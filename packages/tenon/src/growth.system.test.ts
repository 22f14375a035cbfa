import { growth } from "@tenon/fixtures/operations";
import { times } from "@tenon/fixtures/tests";
import { describe, expect, test, vi } from "vitest";
import { shapes } from "../../verification/src/contracts/shapes.js";
import { walks } from "../../verification/src/contracts/walks.js";
import { contract, contractFromWit, findSignature, t } from "./contract/index.js";
import { plugin } from "./guest/index.js";
import { createPoint, type PointMember } from "./host/point.js";
import { createHost } from "./index.js";

/** Linear is 4, quadratic 16. What V8 inlines or collects is not counted, so the figure is not exact; sorting adds a little. */
const linear = 8;

/** Each walk over a third of the shapes, and over all of them with more effort. */
const tried = (shape: number) => Object.entries(walks).filter((_, walk) => times(1) > 1 || (shape + walk) % 3 === 0);

describe.each(Object.entries(shapes).map(([name, text], at) => [name, text, at] as const))(
  "a contract with %s",
  (_, text, at) => {
    // Contracts of up to 64 functions compile each when it is first used: both sizes are larger.
    const size = 70;

    test("is read in linear time", async () => {
      expect(await growth(size, (n) => () => contractFromWit(text(n)))).toBeLessThan(linear);
    });

    test.each(tried(at))("%s takes linear time", async (_name, walk) => {
      const prepare = (n: number) => {
        const [made, other] = [contractFromWit(text(n)), contractFromWit(text(n))];
        return () => walk(made, other);
      };
      expect(await growth(size, prepare)).toBeLessThan(linear);
    });
  },
);

const greeter = contract("test:greeter", { exports: { greet: t.func([["name", t.string]], t.string) } });
const member = (index: number, requires: Readonly<Record<string, string>> = {}): PointMember => ({
  name: `plugin-${index}`,
  version: "1.0.0",
  priority: index % 7,
  requires,
  state: "active",
  exports: {},
  sync: { greet: (name: string) => name },
  callable: () => (name: string) => name,
});

describe("a point", () => {
  test("with plugins whose dependencies are missing takes linear time", async () => {
    const prepare = (n: number) => () => {
      const point = createPoint(greeter, { onFailure: "skip" });
      for (let index = 0; index < n; index++) point.add(member(index, { [`missing-${index}`]: "^1.0.0" }));
      return point.sync.series.greet("Ada");
    };
    expect(await growth(200, prepare)).toBeLessThan(linear);
  });

  test("with plugins that require each other takes linear time", async () => {
    const prepare = (n: number) => () => {
      const point = createPoint(greeter);
      for (let index = 0; index < n; index++)
        point.add(member(index, index === 0 ? {} : { [`plugin-${index - 1}`]: "^1.0.0" }));
      return point.sync.series.greet("Ada");
    };
    expect(await growth(200, prepare)).toBeLessThan(linear);
  });

  test("that changes between calls does little more than call its plugins", async () => {
    // Each call reaches all plugins, so the calls alone are quadratic, which is 16; putting them in order adds a logarithm.
    const changing = (n: number) => () => {
      const point = createPoint(greeter);
      for (let index = 0; index < n; index++) {
        point.add(member(index));
        point.sync.series.greet("Ada");
      }
    };
    expect(await growth(100, changing)).toBeLessThan(21);
  });
});

describe("calls", () => {
  test("that share one signal add one listener to it", async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, "addEventListener");
    const remove = vi.spyOn(signal, "removeEventListener");
    const builtin = plugin(greeter, () => ({ greet: () => new Promise<string>(() => {}) }));
    await using host = createHost({ builtins: { greeter: builtin } });
    const opened = await host.open("builtin:greeter", greeter, { limits: { concurrency: 100, queue: 100, drain: 1 } });
    const calls = Array.from({ length: 200 }, () => opened.with({ signal }).greet("Ada"));
    expect(add).toHaveBeenCalledTimes(1);
    expect(remove).not.toHaveBeenCalled();
    void host.close();
    const settled = await Promise.allSettled(calls);
    expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(["rejected"]));
    expect(remove).toHaveBeenCalledTimes(1);
  });

  test("find their function by name at the same cost, however many there are", async () => {
    const prepare = (n: number) => {
      const made = contractFromWit(shapes["many records and functions"]!(n));
      return () => {
        for (let index = 0; index < n; index++) findSignature(made, `i.call${index}`);
      };
    };
    expect(await growth(100, prepare)).toBeLessThan(linear);
  });
});
