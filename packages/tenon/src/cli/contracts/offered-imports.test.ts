import { expect, test } from "vitest";
import { contract, t } from "../../contract/index.js";
import { offeredImports } from "./offered-imports.js";

const jar = t.resource("jar", { constructs: [["label", t.string]], statics: { count: t.func([], t.u32) } });
const imports = {
  log: t.func([
    ["level", t.enum("level", ["info", "warn"])],
    ["message", t.string],
  ]),
  fetch: t.func([["url", t.string]], t.string),
  tick: t.func([]),
  trace: t.optional(t.func([["message", t.string]])),
  shelf: t.interface({ Jar: jar, note: t.func([["text", t.string]]) }),
};

test("functions that take only text are logs, all others throw", () => {
  const lines: string[] = [];
  const offered = offeredImports(contract("test:imports@1.0.0", { imports }), (label, text) =>
    lines.push(`${label}: ${text}`),
  );
  offered.log("info", "ready");
  offered.shelf.note("jam");
  expect(lines).toEqual(["log: info ready", "shelf.note: jam"]);
  for (const call of [
    () => offered.fetch("x"),
    () => offered.tick(),
    () => new offered.shelf.Jar("x"),
    () => offered.shelf.Jar.count(),
  ]) {
    expect(call).toThrow(expect.objectContaining({ code: "TENON_IMPORT_MISSING" }));
  }
  expect(offered).not.toHaveProperty("trace");
});
