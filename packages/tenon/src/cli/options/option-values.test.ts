import { expect, test } from "vitest";
import { environmentGrant, inspectAddress, milliseconds } from "./option-values.js";

test.each([
  ["0", "127.0.0.1", 0],
  ["9230", "127.0.0.1", 9230],
  ["localhost", "localhost", 9229],
  ["10.0.0.1:0", "10.0.0.1", 0],
  ["[::1]:9000", "::1", 9000],
])("the address %s", (text, host, port) => {
  expect(inspectAddress(text)).toEqual({ host, port });
});

// A bare 0 must not become the host 0, which means every address of the machine.
test.each(["", "a:b:c", "70000", "0:1", "1.2:3", "::1"])("the address %s is rejected", (text) => {
  expect(() => inspectAddress(text)).toThrow("HOST:PORT");
});

test("environment grants are collected", () => {
  const first = environmentGrant("LANG");
  expect(environmentGrant("A=b=c", first)).toEqual({ LANG: true, A: "b=c" });
  expect(environmentGrant("EMPTY=")).toEqual({ EMPTY: "" });
  expect(() => environmentGrant("=x")).toThrow("NAME=VALUE");
});

test("milliseconds are whole numbers", () => {
  expect(milliseconds("250")).toBe(250);
  for (const text of ["-1", "1.5", "", "soon", "99999999999"]) expect(() => milliseconds(text)).toThrow("milliseconds");
});
