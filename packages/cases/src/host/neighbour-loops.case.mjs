// A plugin of a pool that loops ends the thread that others share. It must cost them what was under way there, and nothing else.
import { contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";

const demo = contract("demo:job@1.0.0", {
  exports: {
    spin: t.func([], t.u32),
    add: t.func(
      [
        ["a", t.u32],
        ["b", t.u32],
      ],
      t.u32,
    ),
  },
});
const codeOf = (/** @type {{ code: string }} */ error) => error.code;
const host = createHost({ pool: 1 });
/** @type {(name: string) => ReturnType<typeof host.open<typeof demo>>} */
const open = (name) =>
  host.open("./plugins/spin.mjs", demo, {
    name,
    place: "worker-pool",
    fresh: true,
    limits: { grace: 200 },
    supervision: { crashes: 0 },
  });
const [loops, innocent] = [await open("loops"), await open("innocent")];
/** @type {Promise<any>} */
const lost = new Promise((resolve) => {
  host.on("crashed", ({ plugin, error }) => plugin === innocent && resolve(error));
});
const spun = await loops.with({ deadline: 200 }).spin().catch(codeOf);
const [after, opened] = await Promise.all([innocent.exports.add(1, 2).catch(codeOf), open("another").catch(codeOf)]);
expect("the call that never returns", spun, "TENON_CALL_DEADLINE");
expect("the next call of the plugin beside it", after, 3);
expect("opening another meanwhile", typeof opened === "string" ? opened : opened.state, "active");
expect("why the plugin beside it was restarted", (await lost).code, "TENON_PLACE_NEIGHBOUR");
expect(
  "in words",
  (await lost).message,
  "the plugin's thread was ended because another plugin in it, loops, did not return",
);
await host.close();
done();
