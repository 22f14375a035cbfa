// A promise that a plugin forgets and that rejects, inline: the plugin counts as crashed, and the host goes on.
import { contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";

const forgetful = contract("demo:forgetful@1.0.0", {
  exports: { run: t.func([["way", t.string]], t.string) },
});
const host = createHost();
/** @type {string[]} */
const own = [];
process.on("unhandledRejection", (reason) => {
  if (typeof reason === "string" && reason.startsWith("host")) own.push(reason);
});
for (const way of ["fs/promises", "fetch", "a string", "undefined", "a timer", "a callback"]) {
  const plugin = await host.open("./plugins/forgets.mjs", forgetful, { supervision: { restart: false } });
  const crashed = new Promise((resolve) => host.on("crashed", resolve));
  const answer = plugin.exports.run(way).then(
    (text) => text,
    (error) => error.code,
  );
  const { error } = /** @type {{ error: { code: string } }} */ (await crashed);
  expect(`${way}: the call`, await answer, way);
  expect(`${way}: the plugin`, [plugin.state, error.code], ["crashed", "TENON_PLUGIN_CRASHED"]);
  await plugin.close();
}
void Promise.reject("host's own promise");
await new Promise((resolve) => setImmediate(resolve));
expect("a promise that the host forgets is its own", own, ["host's own promise"]);
await host.close();
done();
