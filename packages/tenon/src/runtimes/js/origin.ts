import { AsyncLocalStorage } from "node:async_hooks";
import type { Leftover } from "../../runtime/index.js";

/** Called with the reason of a promise that nobody handled. */
type Rejected = (thrown: unknown) => void;

/** Something that code started: a server, a program, a thread. */
export interface Started {
  readonly kind: Leftover["kind"];
  /** Made where it was started. */
  readonly place: Error;
  name(): string;
  running(): boolean;
  /** Whether it is meant to go on after its plugin. */
  outlives(): boolean;
  /** Ends it; resolves when it has ended. */
  end(): unknown;
}

const storage = new AsyncLocalStorage<Origin | undefined>();
let live = 0;
const unused = new Set<() => void>();

// A promise that outlives its plugin still names its origin, so tracking ends when V8 has collected the last origin.
const collected = new FinalizationRegistry<undefined>(() => {
  live -= 1;
  if (live > 0) return;
  storage.disable();
  for (const callback of unused) callback();
});

/**
 * The instance that code runs for. Node carries it along to every promise, timer and callback that starts in there, so an
 * error that surfaces later, with no stack that names the plugin, still has an owner.
 */
export class Origin {
  /** What runs on behalf of the instance, other than timers. */
  readonly started = new Set<Started>();
  #rejected: Rejected;

  constructor(rejected: Rejected) {
    this.#rejected = rejected;
    live += 1;
    collected.register(this, undefined);
  }

  /** Runs the plugin's code. */
  enter<T>(action: () => T): T {
    return storage.run(this, action);
  }

  /** Makes a function that runs the plugin's function. */
  entering<P extends unknown[], T>(action: (...parameters: P) => T): (...parameters: P) => T {
    return (...parameters) => storage.run(this, action, ...parameters);
  }

  rejected(reason: unknown): void {
    this.#rejected(reason);
  }

  /** After the instance is closed: late rejections go to `rejected`, and nothing of the instance is kept. */
  end(rejected: Rejected): void {
    this.#rejected = rejected;
    this.started.clear();
  }
}

/** Returns the instance that the current code runs for. */
export function currentOrigin(): Origin | undefined {
  return storage.getStore();
}

/** Runs the host's code on behalf of nobody, wherever it is called from. */
export function leave<T>(action: () => T): T {
  return storage.getStore() === undefined ? action() : storage.run(undefined, action);
}

/** How many instances may still be the origin of something. `whenUnused` is called each time that the number becomes 0. */
export function liveOrigins(whenUnused: () => void): number {
  unused.add(whenUnused);
  return live;
}
