import type { Implementation } from "../contract/model/infer.js";
import type { Contract } from "../contract/model/model.js";
import { describePlugin, type PluginDescriptor } from "../runtime/descriptor.js";
import type { Context } from "./context.js";

/** `unknown`, and the place from which the compiler infers `A`, the argument's own type. */
type Inferred<A> = [A] extends [never] ? A : unknown;

/** An implementation in which the functions called `N` are missing or wrong. The compiler's messages show the names. */
type Needs<_N, I> = { [K in keyof I]: I[K] };

/** The implementation that `Given` should be; if it is not, as {@link Needs} with the names of what is at fault. */
type Checked<Given, I> = { [K in keyof I]-?: [Given] extends [Pick<I, K>] ? never : K }[keyof I] extends infer N
  ? [N] extends [never]
    ? I
    : Needs<N, I>
  : never;

type Returned<R, I> = [R] extends [Promise<infer V>]
  ? Promise<Checked<V, I>>
  : [Extract<R, Promise<any>>] extends [never]
    ? Checked<R, I>
    : Checked<Awaited<R>, I> | Promise<Checked<Awaited<R>, I>>;

type Factory<R, X> = (context: X) => R;

/**
 * What `plugin` expects of an argument of type `A`: an implementation, a function that returns one, or one that returns a
 * promise of one. While the compiler has not inferred `A` yet, it is any of them, so that parameters get their types. Then
 * it is one of them, because of a union the compiler would list the members and not say what is wrong.
 */
type Expected<C extends Contract<any, any>, A, I = Implementation<C>> = unknown extends A
  ? I | Factory<I, Context<C>> | Factory<Promise<I>, Context<C>> | object
  : A extends (...parameters: any) => infer R
    ? Factory<Returned<R, I>, Context<C, any>>
    : Checked<A, I>;

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
export function plugin<C extends Contract<any, any>, A>(
  contract: C,
  implementation: Inferred<A> & Expected<C, A>,
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
