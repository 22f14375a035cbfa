import { readFileSync } from "node:fs";
import { join } from "node:path";
import { contractToWit } from "tenon/contract";
import { sinkWithout } from "tenon/testing";
import { expect, it } from "vitest";
import { goArtifacts } from "./go-artifacts.js";

it("the kitchen sink in Go has the suite's contract, but for streams and futures", () => {
  const { kitchenSink } = goArtifacts();
  const text = readFileSync(join(kitchenSink as string, "plugin.wit"), "utf8");
  expect(text).toBe(contractToWit(sinkWithout(["streams", "futures"])));
});
