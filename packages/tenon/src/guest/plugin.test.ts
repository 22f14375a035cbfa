import { expect, test } from "vitest";
import { contract, t } from "../contract/index.js";
import { isPluginDescriptor } from "../runtime/descriptor.js";
import { fail, plugin } from "./index.js";

const greeter = contract("demo:greeter@1.0.0", { exports: { greet: t.func([["name", t.string]], t.string) } });

test("plugin() returns a descriptor that another copy of the package recognises", () => {
  const implementation = { greet: (name: string) => name };
  const made = plugin(greeter, implementation);
  expect(made).toMatchObject({ contract: greeter, implementation });
  expect(isPluginDescriptor(made)).toBe(true);
  expect(isPluginDescriptor({ [Symbol.for("tenon.plugin")]: true })).toBe(true);
  for (const other of [null, undefined, 1, {}, implementation]) expect(isPluginDescriptor(other)).toBe(false);
});

test.each([
  ["no contract", undefined, {}],
  ["no implementation", greeter, undefined],
  ["an implementation of another kind", greeter, "greet"],
])("plugin() with %s says what it expects", (_, first, second) => {
  expect(() => plugin(first as any, second as any)).toThrow(
    /^plugin\(contract, implementation\): expected .* as the (first|second) argument$/,
  );
});

test("fail() makes an error with a payload and a stack", () => {
  const failure = fail("not found");
  expect(failure).toBeInstanceOf(Error);
  expect(failure.message).toBe("not found");
  expect(Object.hasOwn(failure, "payload")).toBe(true);
  expect(fail({ code: 4 }).payload).toEqual({ code: 4 });
});
