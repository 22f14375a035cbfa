import type { Implementation } from "../contract/infer.js";
import type { Contract } from "../contract/model.js";
import { describePlugin, type PluginDescriptor } from "../runtime/descriptor.js";
import type { Context } from "./context.js";

/**
 * Declares a plugin. Make it the default export of the entry file.
 *
 * ```ts
 * export default plugin(greeter, ({ imports }) => ({
 *   async greet(name) {
 *     await imports.log(`greeting ${name}`);
 *     return `Hello, ${name}!`;
 *   },
 * }));
 * ```
 *
 * @param implementation The functions and classes that the contract exports, or a function that gets the context and
 *   returns them (or a promise of them). It runs once, while the plugin loads.
 */
export function plugin<C extends Contract<any, any>, S = unknown>(
  contract: C,
  implementation: Implementation<C> | ((context: Context<C, S>) => Implementation<C> | Promise<Implementation<C>>),
): PluginDescriptor<C> {
  if (typeof contract !== "object" || contract === null || typeof contract.exports !== "object") {
    throw new TypeError(
      "plugin(contract, implementation): expected a contract made by contract() as the first argument",
    );
  }
  if ((typeof implementation !== "object" && typeof implementation !== "function") || implementation === null) {
    throw new TypeError(
      "plugin(contract, implementation): expected an object of functions, or a function that returns one, as the second argument",
    );
  }
  return describePlugin(contract, implementation);
}
