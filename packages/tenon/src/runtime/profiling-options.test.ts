import { resolve } from "node:path";
import { expect, test } from "vitest";
import { profilingOptions } from "./profiling-options.js";

test.each([
  [[], []],
  [["--import", "tsx", "--inspect", "--cpu-profile"], []],
  [["--cpu-prof"], ["--cpu-prof", `--cpu-prof-dir=${resolve("")}`]],
  [
    ["--cpu-prof-dir=out", "--heap-prof"],
    ["--heap-prof", `--heap-prof-dir=${resolve("")}`],
  ],
  [
    ["--cpu-prof-interval", "500", "--cpu-prof", "--cpu-prof-dir=out", "--cpu-prof-name", "host.cpuprofile"],
    ["--cpu-prof", `--cpu-prof-dir=${resolve("out")}`, "--cpu-prof-interval=500"],
  ],
])("%j", (given, passed) => {
  expect(profilingOptions(given)).toEqual(passed);
});
