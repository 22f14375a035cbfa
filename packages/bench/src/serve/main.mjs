#!/usr/bin/env -S npx tsx
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { fixture, fixtureMissing } from "../../../wasm-fixtures/src/index.ts";
import { engineLimit } from "./engine-limit.mjs";
import { bodies, memory, requests } from "./measure.mjs";
import { servers } from "./servers.mjs";

const usage = `npm run bench:serve -- [--quick] [--without NAME]

Serves one wasi:http component in Rust with Tenon, jco and wasmtime, in alternating rounds: requests per second at 1, 16 and 64
connections, memory for each request that waits, and bodies in both directions. The last part is what the engine itself needs.

  --quick         short rounds: checks that everything runs; the figures mean little
  --without NAME  leaves out a peer: jco, wasmtime

jco serve gives all requests one instance; "jco, isolated" is jco serve --isolate-requests=instance. The peers are installed into
the fixture cache, in fixed versions.`;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    without: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const missing = fixtureMissing("proxy");
if (missing !== undefined) {
  console.log(`not measured: ${missing}`);
  process.exit(0);
}
const { quick } = values;
const component = await fixture("proxy");
console.log(`Node ${process.version}, ${cpus().length} cores${quick ? ", quick run: the figures mean little" : ""}.`);
const all = await servers(component, values.without);
process.once("SIGINT", () => {
  for (const server of all) server.stop();
  process.exit(130);
});
try {
  await requests(all, quick);
  await bodies(all, quick);
  // The last: a server that one waiting request blocks answers no more.
  await memory(all, quick);
} finally {
  for (const server of all) server.stop();
}
engineLimit(component, quick);
