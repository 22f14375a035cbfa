/** Opens instances until the process has grown by the given number of bytes, or one is refused. */
import { createHost } from "tenon";

/**
 * @import { PlaceName } from "tenon"
 * @import { AnyFunction, Call } from "../../types.js"
 */

/**
 * What to open, by JSON in the first argument: each instance is called once. `imports` names the host's functions.
 *
 * @typedef {{ path: string; place: PlaceName; call: Call; bytes: number; imports?: string[] }} Filling
 */

/** @type {Filling} */
const { path, place, call, bytes, imports = [] } = JSON.parse(process.argv[2] ?? "");
const [method, ...parameters] = call;
const given =
  imports.length === 0
    ? {}
    : { imports: Object.fromEntries(imports.map((name) => [name, (/** @type {unknown} */ value) => value])) };
const host = createHost();
const open = async () => {
  const plugin = await host.open(path, undefined, { fresh: true, place, ...given });
  if ((await plugin.exports[method](...parameters)) === undefined) throw new Error("the call returned nothing");
};
// One-time costs: compiled code, the threads of a pool.
for (let index = 0; index < 4; index++) await open();
const before = process.memoryUsage.rss();
let count = 0;
let grown = 0;
let ended = "RSS";
while (grown < bytes) {
  try {
    await open();
  } catch (thrown) {
    const refused = /** @type {NodeJS.ErrnoException} */ (thrown);
    ended = `${refused.code}: ${refused.message}`;
    break;
  }
  count++;
  grown = process.memoryUsage.rss() - before;
}
console.log(JSON.stringify({ count, grown, ended }));
process.exit();
