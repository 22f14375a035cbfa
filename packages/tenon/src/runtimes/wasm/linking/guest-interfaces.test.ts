import { expect, test } from "vitest";
import { guestInterfaces } from "./guest-interfaces.js";

test("wasi:logging writes to the plugin's log, with the level and the context", () => {
  const lines: unknown[] = [];
  const interfaces = guestInterfaces({ settings: {}, log: (...line) => lines.push(line), panic: () => {} });
  const log = interfaces.get("wasi:logging/logging@0.1.0-draft")?.functions.log as (...parameters: unknown[]) => void;
  log("warn", "store", "low");
  log("critical", "", "gone");
  expect(lines).toEqual([
    ["low", "warn", { context: "store" }],
    ["gone", "error", undefined],
  ]);
});
