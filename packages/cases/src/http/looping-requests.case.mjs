// node: --import tsx
// seconds: 300
// Requests whose handler never returns must not keep others waiting until their deadline.
import { once } from "node:events";
import { createServer } from "node:http";
import { createHost } from "tenon";
import { createRequestListener, httpServer } from "tenon/http";
import { fixture, fixtureMissing } from "../../../wasm-fixtures/src/index.ts";
import { check, done, skip } from "../case.mjs";

const missing = fixtureMissing("proxy");
if (missing !== undefined) skip(missing);
const host = createHost();
const deadline = 60_000;
const plugin = await host.open(await fixture("proxy"), httpServer, { limits: { deadline, drain: 1 } });
const server = createServer(createRequestListener(plugin)).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
const stop = new AbortController();
for (let loops = 0; loops < 16; loops++)
  fetch(`http://127.0.0.1:${port}/loop`, { signal: stop.signal }).catch(() => {});
const begun = performance.now();
const answer = await fetch(`http://127.0.0.1:${port}/`);
const seconds = Math.round((performance.now() - begun) / 100) / 10;
check(
  "the seventeenth request",
  `${answer.status} after ${seconds} s`,
  seconds < deadline / 1000,
  "before the deadline",
);
stop.abort();
server.closeAllConnections();
server.close();
await host.close();
done();
