/**
 * `npm run escapes`: what a plugin may try to reach beyond its grants. Each attempt must succeed in the process place without a
 * sandbox, so that it can fail, and must fail with one. What cannot succeed on this machine even without is not counted.
 */

import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { secretVariable } from "./victims.mjs";

if (process.env[secretVariable] === undefined) {
  // The environment of a process is what it was started with, and so are the descriptors that nobody closed.
  const secret = randomUUID();
  const folder = mkdtempSync(join(tmpdir(), "tenon-escapes-"));
  writeFileSync(join(folder, "secret.txt"), secret);
  const left = openSync(join(folder, "secret.txt"), "r");
  const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url)], {
    env: { ...process.env, [secretVariable]: secret },
    stdio: [
      "inherit",
      "inherit",
      "inherit",
      ...Array.from({ length: 97 }, () => /** @type {const} */ ("ignore")),
      left,
    ],
  });
  rmSync(folder, { recursive: true });
  process.exit(status ?? 1);
}
const { runEscapes } = await import("./run.mjs");
const escapes = await runEscapes(({ name, outside, inside }) => {
  const counted = outside === "" ? "succeeds" : `not counted (${outside.split("\n")[0]})`;
  console.log(
    `${name.padEnd(62)} ${counted.padEnd(10)} ${inside === "" ? "SUCCEEDS" : `fails: ${inside.split("\n")[0]}`}`,
  );
});
const counted = escapes.filter(({ outside }) => outside === "");
const escaped = escapes.filter(({ inside }) => inside === "");
console.log(
  `escapes: ${counted.length} attempts succeed without the sandbox, ${escaped.length} with it; ${escapes.length - counted.length} cannot succeed on this machine even without`,
);
process.exitCode = escaped.length === 0 ? 0 : 1;
