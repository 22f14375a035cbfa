import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

// A sample of the campaign, which is `npm run verify -- storage`.
test("kill -9 of hosts and plugins loses no confirmed write, and leaves none in part", async () => {
  const program = fileURLToPath(new URL("./main.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, "--kills", "3", "host", "plugin"]);
  expect(stdout).toMatch(/^storage: 12 kills, \d+ confirmed writes, 0 lost, 0 torn$/m);
}, 180_000);
