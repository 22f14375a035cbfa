/** One contract, many plugins: an extension point calls them in order, whatever they are written in. */
import { createHost, isTenonError } from "tenon";
import { formatter } from "./contract.js";

await using host = createHost();
const point = host.point(formatter, {
  onFailure: "skip",
  onMemberFailure: (member, error, call) => {
    const where = call === undefined ? "is left out" : `fails in ${call.function}()`;
    console.log(`  (${member.name} ${where}: ${isTenonError(error) ? error.code : String(error)})`);
  },
});

// The order of adding does not matter: priorities and requirements decide.
for (const file of ["wrap.cjs", "typography.js", "spelling.js", "tidy.ts"]) {
  point.add(await host.open(new URL(`plugins/${file}`, import.meta.url), formatter));
}
console.log(`order: ${point.members.map(({ name }) => name).join(", ")}`);

console.log("\nseries: every plugin's result");
for (const line of await point.series.about()) console.log(`  ${line}`);

console.log("\nwaterfall: each transforms the result of the previous one");
const text = `  He said   "tenon" -- and   the joint held under  a load   of ten tons. `;
console.log((await point.waterfall.format(text)).replace(/^/gm, "  | "));

console.log("\nfirst: until one returns a value");
for (const sample of ["the cat and the dog", "der Hund und die Katze", "gatto e cane"]) {
  console.log(`  ${sample}: ${(await point.first.language(sample)) ?? "unknown"}`);
}

console.log("\nstop: the same point with another policy, for this call");
try {
  await point.with({ onFailure: "stop" }).waterfall.format(text);
} catch (error) {
  if (!isTenonError(error, "TENON_POINT_FAILED")) throw error;
  console.log(`  ${error.code}: ${error.message.split(", open")[0]}`);
}

console.log("\nwithout tidy, the plugin that requires it is left out");
for (const plugin of host.plugins) if (plugin.name === "tidy") await plugin.close();
console.log(`  order: ${point.members.map(({ name }) => name).join(", ")}`);
for (const problem of point.problems) console.log(`  ${problem.code}: ${problem.message}`);
