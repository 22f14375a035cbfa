/** Makes a plugin part of the program with one import and one line. The handle stays the same. */
import { createHost, type Plugin } from "tenon";
import { greeter } from "./contract.js";
import hello from "./plugins/hello.js";

await using host = createHost({ builtins: { hello } });
const imports = { log: (message: string) => console.log(`  log: ${message}`) };

for (const artifact of [new URL("plugins/hello.ts", import.meta.url), "builtin:hello"]) {
  const shown = artifact instanceof URL ? "plugins/hello.ts" : artifact;
  console.log(`${shown}: ${(await host.check(artifact, greeter)).verdict}`);
  await demonstrate(await host.open(artifact, greeter, { imports }));
}

console.log("a builtin can be replaced by a file, and the file by the builtin");
const plugin = await host.open("builtin:hello", greeter, { imports });
await plugin.swap(new URL("plugins/hello.ts", import.meta.url));
console.log(`  from the file: ${await plugin.exports.greet("Grace")}`);
await plugin.swap("builtin:hello");
console.log(`  builtin again: ${await plugin.exports.greet("Grace")}`);

async function demonstrate(greeting: Plugin<typeof greeter>): Promise<void> {
  console.log(`  ${greeting.name} says: ${await greeting.exports.greet("Ada")}`);
}
