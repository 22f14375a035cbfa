/** Opens the plugins of a config file: they start with their first call, and rest when idle. One that is broken stops no other. */
import { createHost } from "tenon";
import { counter } from "./contract.js";

await using host = createHost({
  config: {
    file: new URL("tenon.config.yaml", import.meta.url),
    contracts: [counter],
    imports: { "demo:counter": { log: (line: string) => console.log(`  ${line}`) } },
  },
});
const configured = await host.configured;
for (const [name, { state }] of configured.plugins) console.log(`${name}: ${state}`);
for (const [name, { code }] of configured.failures) console.log(`${name}: ${code}`);

const visitors = configured.get("visitors", counter);
const rested = new Promise((resolve) => host.on("rested", resolve));
const alive = setInterval(() => {}, 1000); // waiting for a plugin to rest keeps no program running
console.log(`visit ${await visitors.exports.visit("Ada")}: ${visitors.state}`);
await rested;
clearInterval(alive);
console.log(`after 100 ms: ${visitors.state}, threads: ${visitors.id === undefined ? "none" : "one"}`);
console.log(`visit ${await visitors.exports.visit("Grace")}: ${visitors.state}, with its state`);
