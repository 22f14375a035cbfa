// Lines that a plugin printed right before its close: each is in the log, or counted as dropped.
import { contract, createHost, t } from "tenon";
import { check, done } from "../case.mjs";

const printed = 200_000;
const demo = contract("demo:noisy@1.0.0", { exports: { print: t.func([["count", t.u32]]) } });
const size = Array.from({ length: printed }, (_, at) => `line ${at}\n`.length).reduce((sum, length) => sum + length);
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  const host = createHost();
  let [lines, bytes, dropped] = [0, 0, 0];
  host.on("log", ({ line: { text } }) => {
    const reported = /^\[tenon\] dropped (\d+) bytes/.exec(text)?.[1];
    if (reported !== undefined) dropped += Number(reported);
    if (text.startsWith("[tenon]")) return;
    lines++;
    bytes += text.length + 1;
  });
  const plugin = await host.open("./plugins/noisy.mjs", demo, { place });
  await plugin.exports.print(printed);
  await host.close();
  const seen = `${lines} of ${printed} lines, and ${dropped} bytes reported as dropped`;
  check(place, seen, bytes + dropped === size, "together everything that was printed");
}
done();
