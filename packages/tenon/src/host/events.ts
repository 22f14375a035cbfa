import type { TenonError } from "../errors/index.js";
import type { CloseReport, LogLine } from "../runtime/index.js";
import type { AnyPlugin } from "./plugin.js";
import type { SwapReport } from "./swap.js";

/** What a host tells its listeners. */
export interface HostEvents {
  opened: { readonly plugin: AnyPlugin };
  /** The state changed: `opening → active → draining → closed`, or `crashed`. */
  state: { readonly plugin: AnyPlugin; readonly from: string; readonly to: string };
  crashed: { readonly plugin: AnyPlugin; readonly error: TenonError };
  /** A crashed plugin will be started again after a delay in milliseconds. */
  restarting: { readonly plugin: AnyPlugin; readonly delay: number };
  restarted: { readonly plugin: AnyPlugin };
  /** It crashed too often, and rests until the time (milliseconds since the epoch). */
  "circuit-open": { readonly plugin: AnyPlugin; readonly until: number; readonly error: TenonError };
  swapped: { readonly plugin: AnyPlugin; readonly report: SwapReport };
  /** A swap failed before the flip, and the old instance goes on. */
  "swap-failed": { readonly plugin: AnyPlugin; readonly error: TenonError };
  closed: { readonly plugin: AnyPlugin; readonly report: CloseReport };
  log: { readonly plugin: AnyPlugin | undefined; readonly name: string; readonly line: LogLine };
  /** A plugin failed at an extension point whose policy is to go on. */
  "point-failure": { readonly name: string; readonly symbol: string | undefined; readonly error: unknown };
}

type Listener<T> = (event: T) => void;

/** Typed events. A listener that throws does not disturb the others, nor whoever emits: the error is thrown later. */
export class Events {
  readonly #listeners = new Map<string, Set<Listener<any>>>();

  /** Returns a function that ends listening. */
  on<K extends keyof HostEvents>(event: K, listener: Listener<HostEvents[K]>): () => void {
    let listeners = this.#listeners.get(event);
    if (listeners === undefined) this.#listeners.set(event, (listeners = new Set()));
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<K extends keyof HostEvents>(event: K, value: HostEvents[K]): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        listener(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
