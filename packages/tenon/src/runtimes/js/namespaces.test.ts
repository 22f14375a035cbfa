import { describe, expect, test } from "vitest";
import { copyNames, shareAsNamespace, shareNamespace } from "./namespaces.js";

/** What a bundle does for `import … from` a CommonJS module. */
const imported = (module: object) =>
  copyNames(
    Object.defineProperty(Object.create(Object.getPrototypeOf(module)), "default", { value: module, enumerable: true }),
    module,
  ) as Record<string, unknown>;

describe("copyNames()", () => {
  test("defines getters for all names, which follow the module", () => {
    const module: Record<string, unknown> = { a: 1, default: 2 };
    Object.defineProperty(module, "hidden", { value: 3 });
    const namespace = imported(module);
    expect(Object.keys(namespace)).toEqual(["default", "a"]);
    expect([namespace.default, namespace.hidden]).toEqual([module, 3]);
    module.a = 4;
    expect(namespace.a).toBe(4);
    expect({ ...namespace }).toEqual({ default: module, a: 4 });
    expect(Object.create(namespace).a).toBe(4);
  });

  test("leaves out the exception, and what is there already", () => {
    const to = { a: 1 };
    expect(copyNames(to, { default: 0, a: 2, b: 3 }, "default")).toBe(to);
    expect(to).toEqual({ a: 1, b: 3 });
  });

  test("adds the names of several modules to one object", () => {
    const to: Record<string, unknown> = {};
    for (const module of [{ a: 1 }, { a: 2, b: 3 }, { c: 4 }]) copyNames(to, module, "default");
    expect(to).toEqual({ a: 1, b: 3, c: 4 });
  });

  test.each([[undefined], [null], [1], ["text"]])("adds nothing for %j", (module) => {
    expect(copyNames({}, module)).toEqual({});
  });

  test("returns one namespace for a module of Node, until it is patched", () => {
    const module: Record<string, unknown> = { a: 1 };
    shareNamespace(module);
    const first = imported(module);
    expect(imported(module)).toBe(first);
    expect(Object.isExtensible(first)).toBe(false);
    module.b = 2;
    expect(imported(module)).toMatchObject({ a: 1, b: 2 });
  });

  test("returns a namespace that is ready as it is, and copies its names for a re-export", () => {
    const namespace = { __esModule: true, a: 1, default: 2 };
    shareAsNamespace(namespace);
    expect(imported(namespace)).toBe(namespace);
    expect(copyNames({}, namespace, "default")).toEqual({ __esModule: true, a: 1 });
  });

  test("makes the same functions for every module", () => {
    const getters = [{ a: 1 }, { a: 2 }].map((module) => Object.getOwnPropertyDescriptor(imported(module), "a")?.get);
    expect(getters[0]).toBe(getters[1]);
  });
});
