import { expect, test } from "vitest";
import { titleOf } from "./title.js";

test("a title names the plugin and its file", () => {
  expect(titleOf("greeter", "/plugins/greeter.ts")).toBe("greeter (/plugins/greeter.ts)");
  expect(titleOf(undefined, "/plugins/greeter.ts")).toBe("/plugins/greeter.ts");
});

test("a title is one line that no terminal interprets, of a bounded length", () => {
  expect(titleOf("a\nb\u001b[2J", "c\u0000")).toBe("a?b?[2J (c?)");
  expect(titleOf("n".repeat(1000), "p")).toHaveLength(200);
});
