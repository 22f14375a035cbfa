import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("main.ts", import.meta.url));
const options = ["--disallow-code-generation-from-strings", "--import", "tsx"];

// A sample: the whole suite takes minutes, and is run by hand with the same options.
test.each([
  ["inline", "wrong-values/"],
  ["worker", "callbacks/"],
  ["process", "futures/"],
])("a host that may not generate code passes the suite, %s, %s", { timeout: 300_000 }, async (place, cases) => {
  const { stdout } = await promisify(execFile)(process.execPath, [...options, program, "js", place, cases]);
  expect(stdout).toMatch(/^[1-9]\d* passed, 0 failed$/m);
});
