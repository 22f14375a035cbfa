// What a plugin in a worker thread can still do to its host: the place's remarks name it, and nothing else.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { contract, createHost, t } from "tenon";
import { check, done, expect, skip } from "../case.mjs";

if (process.platform === "win32") skip("it sends signals");
const deeds = contract("demo:deeds@1.0.0", { exports: { run: t.func([["deed", t.string]], t.string) } });
const open = () => createHost().open(new URL("plugins/deeds.mjs", import.meta.url), deeds, { place: "worker" });
const [deed] = process.argv.slice(2);
if (deed !== undefined) {
  const plugin = await open();
  await plugin.exports.run(deed).catch(() => {});
  process.exit(0);
}
const ends = (/** @type {string} */ word) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), word], { detached: true, stdio: "ignore" });
    child.once("exit", (code, signal) => resolve(signal ?? code));
  });
for (const [word, end] of /** @type {const} */ ([
  ["process.exit", 0],
  ["throw", 0],
  ["process.abort", 0],
  ["SIGTERM", "SIGTERM"],
  ["SIGUSR2", "SIGUSR2"],
  ["group", "SIGTERM"],
  ["close descriptors", "SIGABRT"],
]))
  expect(`${word}: how the host ends (0: by itself)`, await ends(word), end);
const plugin = await open();
const remark = plugin.isolation.remarks.find((text) => text.startsWith("These end the host")) ?? "";
check(
  "remarks",
  remark,
  /process\.kill/.test(remark) && /file descriptors/.test(remark),
  "name signals and descriptors",
);
await plugin.close();
done();
