// node: --import tsx
// An async function that was lifted synchronously waits where it stands, as far as the engine can suspend WebAssembly.
import { createHost } from "tenon";
import { done, expect } from "../case.mjs";
import { fromText } from "./from-text.mjs";

const host = createHost();
const path = await fromText("wait-in-place");
const canSuspend = "Suspending" in WebAssembly;
const later = () => new Promise((resolve) => setTimeout(() => resolve(42), 20));
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  const plugin = /** @type {any} */ (await host.open(path, undefined, { place, imports: { wait: later } }));
  const answer = await plugin.exports.run().catch((/** @type {{ code: string }} */ error) => error.code);
  expect(`${place}, ${process.version}: what was waited for`, answer, canSuspend ? 42 : "TENON_SYNC_UNAVAILABLE");
}
await host.close();
done();
