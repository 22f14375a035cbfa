/** Runs the same plugin in every place, and shows what each place contains. */
import { createHost, isTenonError } from "tenon";
import { guest } from "./contract.js";

process.env.GREETING = "hello";
process.env.SECRET = "not for plugins";

await using host = createHost();
for (const place of ["inline", "worker", "worker-pool", "process"] as const) {
  console.log(`\n${place}`);
  await using plugin = await host.open(new URL("plugins/guest.js", import.meta.url), guest, {
    place,
    fresh: true,
    // Nothing keeps an inline plugin from the rest of the environment, so that has to be allowed.
    grants: { environment: { GREETING: true, LANGUAGE: "en" }, unenforced: place === "inline" ? "allow" : "refuse" },
    limits: { deadline: 2_000, grace: 100 },
    supervision: { backoff: { first: 10 } },
  });
  const { level, crash, interruptible, environment } = plugin.isolation;
  console.log(
    `  isolation: ${level}; contains crashes: ${crash}, loops: ${interruptible}, environment: ${environment}`,
  );
  const own = (await plugin.exports.process()) === process.pid ? "the host's" : "its own";
  console.log(`  process: ${own}, thread or process id: ${plugin.id === undefined ? "none" : "yes"}`);
  console.log(`  the environment is enforced by: ${plugin.grants.enforcedBy.environment}`);
  for (const name of ["GREETING", "LANGUAGE", "SECRET"]) {
    console.log(`  ${name}: ${(await plugin.exports.environment(name)) ?? "not granted"}`);
  }
  await plugin.exports.count();

  console.log(`  process.exit(3): ${await failure(plugin.exports.exit(3))}`);
  console.log(`  and then: call ${await plugin.exports.count()} of ${crash ? "a new instance" : "the same instance"}`);

  if (!interruptible) {
    console.log("  an infinite loop: not tried, it would stop this program");
    continue;
  }
  console.log(`  an infinite loop: ${await failure(plugin.with({ deadline: 300 }).loop())}`);
  console.log(`  and then: call ${await twice(plugin.exports.count)} of a new instance`);
}

console.log("\nisolation that a place does not reach is refused");
const asked = host.open(new URL("plugins/guest.js", import.meta.url), guest, {
  place: "inline",
  isolation: "contained",
});
console.log(`  inline, but contained: ${await failure(asked)}`);

async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "nothing happened";
  } catch (error) {
    if (isTenonError(error)) return error.code;
    throw error;
  }
}

/** A call fails if its thread or process is stopped, and is not repeated: only the caller knows whether it may run twice. */
async function twice<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isTenonError(error, "TENON_PLUGIN_CRASHED")) throw error;
    return call();
  }
}
