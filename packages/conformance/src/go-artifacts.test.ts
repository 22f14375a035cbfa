import { readFileSync } from "node:fs";
import { join } from "node:path";
import { contractToWit } from "tenon/contract";
import { kitchenSink } from "tenon/testing";
import { expect, it } from "vitest";
import { goArtifacts } from "./go-artifacts.js";

it("the kitchen sink in Go has the suite's contract", async () => {
  const { kitchenSink: folder } = await goArtifacts();
  const text = readFileSync(join(folder as string, "plugin.wit"), "utf8");
  expect(text).toBe(contractToWit(kitchenSink));
});
