// What a plugin started and did not end (a server, child processes, a loop over timers/promises) ends with it, and the
// close report names it.
import { readFileSync } from "node:fs";
import { contract, createHost, t } from "tenon";
import { done, expect, skip } from "../case.mjs";

if (process.platform !== "linux") skip("it reads /proc");
const careless = contract("demo:careless@1.0.0", { exports: { run: t.func([["way", t.string]], t.string) } });
const runs = (/** @type {string} */ id) => {
  try {
    return readFileSync(`/proc/${id}/stat`, "latin1").split(") ")[1]?.[0] !== "Z";
  } catch {
    return false;
  }
};
/**
 * A killed program takes a moment to go.
 *
 * @param {string} id
 */
async function ended(id) {
  for (let tries = 0; tries < 100 && runs(id); tries++) await new Promise((resolve) => setTimeout(resolve, 20));
  return !runs(id);
}
const leaves = new URL("plugins/leaves.mjs", import.meta.url);
const host = createHost();
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  const plugin = await host.open(leaves, careless, { place });
  const children = [await plugin.exports.run("child"), await plugin.exports.run("shell's child")];
  const port = await plugin.exports.run("server");
  await plugin.exports.run("ticks");
  const { proof, leftovers = [] } = await plugin.close();
  const ticks = Reflect.get(globalThis, "leavesTicks");
  const answer = await fetch(`http://127.0.0.1:${port}/`).then(
    (response) => response.text(),
    () => "refused",
  );
  expect(`${place}: its server`, answer, "refused");
  expect(`${place}: its children have ended`, await Promise.all(children.map(ended)), [true, true]);
  expect(`${place}: its timers`, Reflect.get(globalThis, "leavesTicks"), ticks);
  const proofs = { inline: "collectable", worker: "thread-ended", process: "process-exited" };
  expect(`${place}: the report`, proof, proofs[place]);
  const kinds = leftovers.map((leftover) => `${leftover.kind} ${leftover.ended}`);
  const programs = ["child process true", "child process true"];
  expect(
    `${place}: what it lists`,
    kinds,
    { inline: [...programs, "server true"], worker: programs, process: [] }[place],
  );
  for (const { name, startedAt } of leftovers) console.log(`  ${name}, started at ${startedAt?.split("/").at(-1)}`);
}
await host.close();
done();
