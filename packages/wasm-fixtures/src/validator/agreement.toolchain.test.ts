import { needs, times } from "@tenon/fixtures/tests";
import { afterAll, expect, test } from "vitest";
import { agreement } from "./agreement.js";
import { subjects } from "./subjects.js";
import { Wasmparser, wasmparserMissing } from "./wasmparser.js";

const missing = wasmparserMissing();
const parser = missing ?? (await Wasmparser.start().catch((error: Error) => `wasmparser: ${error.message}`));
const absent = typeof parser === "string" ? parser.split("\n", 1)[0] : undefined;

needs(absent).describe("the validator and wasmparser", () => {
  afterAll(() => (parser as Wasmparser).close());

  test("both validators agree on changed components", { timeout: 600_000 }, async () => {
    const changed = await subjects(parser as Wasmparser);
    const { counts, differences } = await agreement(changed, parser as Wasmparser, { count: times(1000), seed: 7 });
    expect([...differences.values()].map(({ example }) => example)).toEqual([]);
    // If every change, or none, made a component invalid, the test would prove nothing.
    expect(counts.get("valid/valid")).toBeGreaterThan(20);
    expect(counts.get("invalid/invalid")).toBeGreaterThan(100);
  });
});
