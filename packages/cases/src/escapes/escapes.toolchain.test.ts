import { missing } from "@tenon/fixtures";
import { needs } from "@tenon/fixtures/tests";
import { expect } from "vitest";
import { runEscapes } from "./run.mjs";

needs(missing.sandbox() ?? missing.program("gcc")).test(
  "what succeeds without the sandbox fails in it, in at least 50 attempts",
  async () => {
    const escapes = await runEscapes();
    expect(escapes.filter(({ inside }) => inside === "").map(({ name }) => name)).toEqual([]);
    expect(escapes.filter(({ outside }) => outside === "").length).toBeGreaterThanOrEqual(50);
  },
);
