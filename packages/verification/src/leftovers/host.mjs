/**
 * A host that is killed: `node host.mjs KIND ISOLATION CACHE`. It opens a plugin, calls it, swaps it, closes it, and begins again, and
 * says what it does: `open`, `calls 123` (the plugin's process), `swap`, `close`. The end of its input ends it.
 *
 * The kind `careless` opens no plugin: it leaves a process, a file and a socket, which the campaign must find.
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHost } from "tenon";
import { greeter } from "./contract.mjs";

const [kind, isolation, cacheFolder] = process.argv.slice(2);
if (kind === "careless") {
  const script = `require("node:net").createServer().listen(${JSON.stringify(join(tmpdir(), "socket"))}); setTimeout(() => {}, 60_000)`;
  const child = spawn(process.execPath, ["-e", script], { detached: true, stdio: "ignore" });
  writeFileSync(join(tmpdir(), "file"), "left");
  say(`open ${child.pid}`);
  await new Promise(() => {});
}
const runtimes = kind === "program" ? [(await import("../../../../examples/own-runtime/runtime.js")).default] : [];
const artifact = fileURLToPath(
  kind === "program"
    ? new URL("../../../../examples/own-runtime/plugins/greeter", import.meta.url)
    : new URL("./greeter.ts", import.meta.url),
);
const host = createHost({ runtimes, limits: { grace: 200 }, ...(cacheFolder === undefined ? {} : { cacheFolder }) });
host.on("crashed", () => say("crashed"));
host.on("restarted", () => say("restarted"));
const environment = /** @type {const} */ ({ TENON_LEFTOVERS: true, PATH: true });
const sandbox = /** @type {const} */ ({
  isolation: "sandboxed",
  grants: { environment, network: ["127.0.0.1:9"], programs: ["/bin/sh", "sleep", "sed"] },
});
let running = true;
process.stdin.resume().on("end", () => (running = false));

while (running) {
  say("open");
  const plugin = await host.open(artifact, greeter, {
    place: "process",
    ...(isolation === "sandboxed" ? sandbox : { grants: { environment } }),
    supervision: { crashes: 1000, backoff: { first: 1, factor: 1, jitter: 0 } },
  });
  for (let round = 0; round < 2; round++) {
    say(`calls ${plugin.id}`);
    for (let call = 0; call < 20; call++) {
      // A call that runs when the plugin is killed is rejected, and so is a swap.
      await plugin.exports.greet("Ada").catch(expectCrash);
    }
    if (round > 0) break;
    say(`swap ${plugin.id}`);
    await plugin.swap().catch(expectCrash);
  }
  say(`close ${plugin.id}`);
  await plugin.close();
}
await host.close();
say("end");

/** @param {string} text */
function say(text) {
  process.stdout.write(`${text}\n`);
}

/** @param {{ code?: string }} error */
function expectCrash(error) {
  if (!/^TENON_(?:PLUGIN_CRASHED|PLACE_EXIT|SWAP|LOAD_FAILED|WIRE|PLUGIN_)/.test(error.code ?? ""))
    say(`failed ${error}`);
}
