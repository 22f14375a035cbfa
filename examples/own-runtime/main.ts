/** Opens plugins of a kind that Tenon does not know, through a runtime of this program. */
import { createHost, isTenonError } from "tenon";
import { greeter } from "./contract.js";
import jsonLines from "./runtime.js";

const folder = new URL("plugins/greeter", import.meta.url);
await using host = createHost({ runtimes: [jsonLines], limits: { grace: 200 } });
host.on("log", ({ name, line }) => console.log(`[${name}] ${line.text}`));

const report = await host.check(folder, greeter);
console.log(`${report.verdict}: ${report.description}`);

// The program says what it offers when it starts, so nobody else has to.
const unknown = await host.open(folder);
console.log(`it declares ${unknown.contract.id}: ${unknown.symbols().join(", ")}`);
await unknown.close();

const plugin = await host.open(folder, greeter, { supervision: { backoff: { first: 10 } } });
console.log(`in the ${plugin.place} place, isolation: ${plugin.isolation.level}`);
console.log(await plugin.exports.greet("Ada"));
console.log(`curse: ${await failure(plugin.exports.curse("Ada"))}`);
console.log(`leave: ${await failure(plugin.exports.leave())}`);
console.log(`and then: ${await plugin.exports.greet("Grace")}`);

const { proof, exit, forced } = await plugin.close();
console.log(`closed: ${proof}, exit code ${exit}, forced: ${forced}`);

async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "nothing happened",
    (error: unknown) => (isTenonError(error) ? `${error.code}: ${error.message.split("\n")[0]}` : String(error)),
  );
}
