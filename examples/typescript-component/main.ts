/** Opens one plugin in TypeScript twice: as source, and as the component that `tenon build` made from it. */
import { createHost, isTenonError } from "tenon";
import { units } from "./contract.js";

const [component] = process.argv.slice(2);
if (component === undefined) throw new Error("usage: main.ts COMPONENT");

await using host = createHost();
for (const [kind, path] of Object.entries({ source: new URL("plugin", import.meta.url), component })) {
  await using plugin = await host.open(path, units, {
    imports: { log: (line) => console.log(`  log: ${line}`) },
    place: "worker",
  });
  console.log(`${kind}:`);
  console.log(
    `  ${(await plugin.exports.convert([1, 26.2], "mi", "km")).map((length) => length.toFixed(3)).join(" ")}`,
  );
  try {
    await plugin.exports.convert([1], "parsec", "m");
  } catch (error) {
    if (!isTenonError(error, "TENON_CALL_RESULT")) throw error;
    console.log(`  refused: ${error.payload}`);
  }
}
