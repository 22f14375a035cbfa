/** A host that is killed: opens a plugin in a process, says which, and calls it without pause. */
import { createHost } from "tenon";
import { written } from "./contract.mjs";

const plugin = await createHost().open(new URL("./written.mjs", import.meta.url), written, {
  place: "process",
  settings: { file: process.argv[2] },
});
let calls = 0;
const caller = async () => {
  for (;;) await plugin.exports.work(calls++);
};
const callers = [caller(), caller(), caller(), caller()];
process.stdout.write(`${plugin.id}\n`);
await Promise.all(callers);
