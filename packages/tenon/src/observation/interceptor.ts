import type { Metadata } from "../runtime/index.js";
import type { Direction } from "./host-metrics.js";

/** A call, as an interceptor sees it. */
export interface InterceptedCall {
  /** The plugin's name. */
  readonly plugin: string;
  /** The function: `greet`, `store.get`. */
  readonly function: string;
  /** `export` for a call of the plugin, `import` for a call that the plugin makes of a function of the host. */
  readonly direction: Direction;
  /** They fit the contract. Those of a method begin with its object. */
  readonly parameters: readonly unknown[];
  readonly metadata: Metadata;
  /** Aborted when the call is over: cancelled, or past its deadline. */
  readonly signal: AbortSignal;
  /** Milliseconds left when the call began; 0 for none. */
  readonly deadline: number;
  /** Whether the caller waits in its thread: `next` returns the value then, and a promise as answer is an error. */
  readonly sync: boolean;
}

/**
 * Calls the next interceptor, or after the last one the function itself, with the same parameters or with others. Returns a promise,
 * or the value itself if the call is synchronous. It can be called once, until the interceptor has answered.
 *
 * @throws TENON_INTERCEPTOR_NEXT, TENON_VALUE_TYPE if the parameters do not fit the contract
 */
export type Next = (parameters?: readonly unknown[]) => any;

/**
 * Stands around calls: before, after, or instead. What it returns is the result of the call, which is checked against the contract. What it
 * throws is the failure of the call.
 */
export type Interceptor = (call: InterceptedCall, next: Next) => unknown;

/** Which calls are intercepted. Without a filter, all. */
export interface InterceptFilter {
  /** The name of the plugin. */
  readonly plugin?: string | undefined;
  /** The name of the function, or of an interface for all its functions. */
  readonly function?: string | undefined;
  readonly direction?: Direction | undefined;
}

interface Entry {
  readonly interceptor: Interceptor;
  readonly filter: InterceptFilter;
}

/** The interceptors of a host, in the order in which they were added: the first one is the outermost. */
export class Interceptors {
  #entries: readonly Entry[] = [];

  /** Returns a function that removes it. */
  add(interceptor: Interceptor, filter: InterceptFilter): () => void {
    const entry: Entry = { interceptor, filter: { ...filter } };
    this.#entries = [...this.#entries, entry];
    return () => {
      this.#entries = this.#entries.filter((each) => each !== entry);
    };
  }

  of(plugin: string, direction: Direction, label: string): readonly Interceptor[] {
    return this.#entries.flatMap(({ interceptor, filter }) =>
      (filter.plugin ?? plugin) === plugin &&
      (filter.direction ?? direction) === direction &&
      (filter.function === undefined || label === filter.function || label.startsWith(`${filter.function}.`))
        ? [interceptor]
        : [],
    );
  }
}
