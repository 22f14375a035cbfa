import { unknownName } from "../errors/factories/host-option.js";
import type { TenonError } from "../errors/index.js";
import { publishEvent } from "../observation/tracing.js";
import type { CloseReport, LogRecord } from "../runtime/index.js";
import { nearest } from "../runtime/nearest.js";
import type { AnyPlugin } from "./plugin.js";
import type { SwapReport } from "./swap.js";

/** The events of a host, by name. */
export interface HostEvents {
  opened: { readonly plugin: AnyPlugin };
  /** The state changed: `opening → active → draining → closed`, `crashed`, or `resting`. */
  state: { readonly plugin: AnyPlugin; readonly from: string; readonly to: string };
  crashed: { readonly plugin: AnyPlugin; readonly error: TenonError };
  /** A crashed plugin will be started again after a delay in milliseconds. */
  restarting: { readonly plugin: AnyPlugin; readonly delay: number };
  restarted: { readonly plugin: AnyPlugin };
  /** The plugin was idle, or `plugin.rest()` was called: its instance has ended, and its state is kept. */
  rested: { readonly plugin: AnyPlugin; readonly report: CloseReport };
  /** The state of an idle plugin could not be saved; it stays active. */
  "rest-failed": { readonly plugin: AnyPlugin; readonly error: TenonError };
  /** A resting plugin is active again. */
  started: { readonly plugin: AnyPlugin };
  /** A resting plugin could not be started, and the calls that waited for it were rejected. */
  "start-failed": { readonly plugin: AnyPlugin; readonly error: TenonError };
  /** The plugin crashed too often and is not restarted before `until` (milliseconds since the epoch). */
  "circuit-open": { readonly plugin: AnyPlugin; readonly until: number; readonly error: TenonError };
  swapped: { readonly plugin: AnyPlugin; readonly report: SwapReport };
  /** A swap failed before the flip; the old instance stays active. */
  "swap-failed": { readonly plugin: AnyPlugin; readonly error: TenonError };
  /** A plugin of the config file did not open. */
  "open-failed": { readonly name: string; readonly error: TenonError };
  closed: { readonly plugin: AnyPlugin; readonly report: CloseReport };
  log: { readonly plugin: AnyPlugin | undefined; readonly name: string; readonly line: LogRecord };
  /** A plugin failed at an extension point whose policy is to continue. */
  "point-failure": { readonly name: string; readonly symbol: string | undefined; readonly error: unknown };
}

const eventNames = Object.keys({
  opened: 0,
  state: 0,
  crashed: 0,
  restarting: 0,
  restarted: 0,
  rested: 0,
  "rest-failed": 0,
  started: 0,
  "start-failed": 0,
  "open-failed": 0,
  "circuit-open": 0,
  swapped: 0,
  "swap-failed": 0,
  closed: 0,
  log: 0,
  "point-failure": 0,
} satisfies Record<keyof HostEvents, 0>);

type Listener<T> = (event: T) => void;

/** Typed events. If a listener throws, the other listeners and the emitter carry on, and the error is thrown later. */
export class Events {
  readonly #listeners = new Map<string, Set<Listener<any>>>();

  /**
   * Adds a listener. Returns a function that removes it.
   *
   * @throws TENON_OPTION_INVALID for an event that does not exist.
   */
  on<K extends keyof HostEvents>(event: K, listener: Listener<HostEvents[K]>): () => void {
    if (!eventNames.includes(event)) throw unknownEvent(event);
    let listeners = this.#listeners.get(event);
    if (listeners === undefined) this.#listeners.set(event, (listeners = new Set()));
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<K extends keyof HostEvents>(event: K, value: HostEvents[K]): void {
    publishEvent(event, value);
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

function unknownEvent(event: unknown): TenonError {
  const name = String(event);
  return unknownName("event", name, eventNames, nearest(name, eventNames));
}
