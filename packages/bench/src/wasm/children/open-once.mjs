/** A whole process: opens a component with Tenon, or with the given transpiler, and calls it once. */

/** @import { AnyFunction, Call } from "../../types.js" */

const [, , task = "", transpiler, folder = ""] = process.argv;
/** @type {{ component: string; call: Call }} */
const { component, call } = JSON.parse(task);
const [method, ...parameters] = call;
if (transpiler === undefined) {
  const { createHost } = await import("tenon");
  const host = createHost();
  const plugin = await host.open(component, undefined, method === "greet" ? { imports: { log() {} } } : {});
  console.log(await plugin.exports[method](...parameters));
  await host.close();
} else {
  const { transpiledBy } = await import("../transpiled-by.mjs");
  const module = await transpiledBy(transpiler, component, folder);
  console.log(await /** @type {AnyFunction} */ (module[method])(...parameters));
}
