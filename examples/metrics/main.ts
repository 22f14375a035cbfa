/**
 * What an operator sees of plugins: calls are counted and timed, intercepted, published for diagnostics_channel, and scraped by
 * Prometheus.
 */
import { subscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer } from "node:http";
import { createHost, isTenonError } from "tenon";
import { prometheus } from "tenon/metrics";
import { shop } from "./contract.js";

subscribe("tenon:state", (message) => {
  const { plugin, from, to } = message as { plugin: { name: string }; from: string; to: string };
  console.log(`${plugin.name}: ${from} → ${to}`);
});

await using host = createHost({ metrics: true });
const plugin = await host.open(new URL("plugins/shop.ts", import.meta.url), shop, {
  place: "worker",
  imports: { stock: (item) => (item === "tea" ? 20 : 0) },
});

for (let order = 0; order < 9; order++) await plugin.exports.price("tea", order);
await plugin.exports.price("coffee", 1).catch((error) => console.log(`refused: ${error.code}`));

// An interceptor answers, changes or refuses calls, and is removed again without a restart.
const remove = host.intercept(
  async (call, next) => {
    const [item, count] = call.parameters as [string, number];
    if (item === "gift") return 0;
    if (count > 1000) throw new Error("orders of more than 1000 need a person");
    return (await next()) - 1;
  },
  { plugin: "shop", function: "price", direction: "export" },
);
console.log(
  `a gift costs ${await plugin.exports.price("gift", 1)}, two of tea with a rebate ${await plugin.exports.price("tea", 2)}`,
);
await plugin.exports
  .price("tea", 5000)
  .catch((error) => isTenonError(error) && console.log(`${error.code}: ${error.message}`));
remove();

const [measured] = host.metrics().plugins;
for (const { function: name, calls, errors } of [...(measured?.exports ?? []), ...(measured?.imports ?? [])])
  console.log(`${name}: ${calls} calls, errors ${JSON.stringify(errors)}`);

const { registry, stop } = await prometheus(host);
const server = createServer(async (_, response) => response.end(await registry.metrics()));
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as { port: number };
const scraped = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
console.log(
  scraped
    .split("\n")
    .filter((line) => line.startsWith("tenon_calls_total"))
    .join("\n"),
);
stop();
server.close();
