import { expect, test } from "vitest";
import { grantedEnvironment } from "./granted-environment.js";

const host = { SECRET: "s", HOME: "/home/ada", SystemRoot: "C:\\Windows" };
const plain = (record: object) => Object.fromEntries(Object.entries(record).filter(([name]) => name !== "SystemRoot"));

test("a plugin inherits nothing from the host's environment", () => {
  expect(plain(grantedEnvironment(undefined, host))).toEqual({});
  expect(plain(grantedEnvironment({}, host))).toEqual({});
});

test("a string sets the value, true passes on the host's value, and a variable that the host lacks stays absent", () => {
  const given = grantedEnvironment({ HOME: true, LANG: "C", ABSENT: true, ["__proto__"]: "p" }, host);
  expect(plain(given)).toEqual({ HOME: "/home/ada", LANG: "C", ["__proto__"]: "p" });
});

test.each([
  [{ "": "x" }],
  [{ "A=B": "x" }],
  [{ "A\0": "x" }],
  [{ A: "x\0y" }],
  [{ A: 1 as unknown as string }],
  [{ A: false as unknown as true }],
])("refuses %j", (grants) => {
  expect(() => grantedEnvironment(grants, host)).toThrow(expect.objectContaining({ code: "TENON_OPTION_INVALID" }));
});
