import type { Plugin } from "../../host/index.js";
import type { KitchenSink, KitchenSinkImports } from "./kitchen-sink.js";

/** A bucket of the host; the suite inspects the object itself. */
export interface HostBucket {
  readonly name: string;
  readonly entries: Map<string, number>;
  /** How often it was released; more than once is a bug in the runtime or the place. */
  disposals: number;
  put(key: string, value: number): void;
  get(key: string): number | undefined;
  size(): number;
}

/** The host's side of the kitchen sink, and a record of how it was used. */
export interface HostSide {
  readonly imports: KitchenSinkImports;
  /** The class of the buckets that the host makes. */
  readonly Bucket: new (
    name: string,
  ) => HostBucket;
  /** Every bucket, in the order in which they were made. */
  readonly buckets: readonly HostBucket[];
  /** The messages that `host.log` received. */
  readonly logged: readonly string[];
  /** The calls that the plugin reported to `host.served`. */
  readonly served: readonly number[];
  /** How many numbers the streams of `host.numbers` produced, and how many streams ended. */
  readonly numbers: { produced: number; ended: number };
  /** The plugin that `host.reenter` calls back. */
  plugin: Plugin<KitchenSink> | undefined;
  /** How many calls of `host.pause` are waiting. */
  readonly paused: number;
  /** Resolves when `count` calls of `host.pause` are waiting. */
  whenPaused(count: number): Promise<void>;
  /** Lets all waiting calls of `host.pause` continue; later calls do not wait. */
  resume(): void;
}

/** Makes the host's side of the kitchen sink: imports that record how they are used. */
export function createHostSide(): HostSide {
  const buckets: HostBucket[] = [];
  const logged: string[] = [];
  const served: number[] = [];
  const numbers = { produced: 0, ended: 0 };
  const gate = new Gate();

  class Bucket implements HostBucket {
    readonly name: string;
    readonly entries = new Map<string, number>();
    disposals = 0;
    constructor(name: string) {
      this.name = name;
      buckets.push(this);
    }
    static count(): number {
      return buckets.length;
    }
    put(key: string, value: number): void {
      this.entries.set(key, value);
    }
    get(key: string): number | undefined {
      return this.entries.get(key);
    }
    size(): number {
      return this.entries.size;
    }
    [Symbol.dispose](): void {
      this.disposals++;
    }
  }

  const side: HostSide = {
    Bucket,
    buckets,
    logged,
    served,
    numbers,
    plugin: undefined,
    get paused() {
      return gate.waiting;
    },
    whenPaused: (count) => gate.whenWaiting(count),
    resume: () => gate.open(),
    imports: {
      values: echoes,
      host: {
        log: (message) => void logged.push(message),
        add: (a, b) => a + b,
        addLater: async (a, b) => {
          await turn();
          return a + b;
        },
        reenter: (depth) => {
          if (side.plugin === undefined) throw new Error("the case did not say which plugin to call back");
          return side.plugin.exports.callbacks.recurse(depth);
        },
        refuse: (reason) => {
          throw Object.assign(new Error(reason), { payload: reason });
        },
        explode: (message) => {
          throw new Error(message);
        },
        answerWrongly: () => "three" as unknown as number,
        pause: () => gate.pass(),
        served: (call) => void served.push(call),
        async *numbers(limit) {
          try {
            for (let number = 0; number < limit; number++) {
              numbers.produced++;
              yield number;
            }
          } finally {
            numbers.ended++;
          }
        },
      },
      storage: {
        Bucket,
        open: (name) => new Bucket(name),
        measure: (bucket) => (bucket as unknown as HostBucket).size(),
      },
    },
  };
  return side;
}

const echo = <T>(value: T): T => value;
const echoes: KitchenSinkImports["values"] = {
  bool: echo,
  s8: echo,
  u8: echo,
  s16: echo,
  u16: echo,
  s32: echo,
  u32: echo,
  s64: echo,
  u64: echo,
  f32: echo,
  f64: echo,
  char: echo,
  string: echo,
  bytes: echo,
  numbers: echo,
  bigNumbers: echo,
  strings: echo,
  grid: echo,
  optionalNumber: echo,
  nestedOption: echo,
  outcomes: echo,
  bareOutcomes: echo,
  tuple: echo,
  record: echo,
  variant: echo,
  enum: echo,
  flags: echo,
  nested: echo,
  wrapped: echo,
};

/** Waits for one turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

class Gate {
  waiting = 0;
  #opened = false;
  #passers: (() => void)[] = [];
  #watchers: { readonly count: number; readonly resolve: () => void }[] = [];

  async pass(): Promise<void> {
    if (this.#opened) return;
    this.waiting++;
    for (const { count, resolve } of this.#watchers) if (this.waiting >= count) resolve();
    await new Promise<void>((resolve) => this.#passers.push(resolve));
    this.waiting--;
  }

  whenWaiting(count: number): Promise<void> {
    if (this.waiting >= count) return Promise.resolve();
    return new Promise((resolve) => this.#watchers.push({ count, resolve }));
  }

  open(): void {
    this.#opened = true;
    for (const pass of this.#passers.splice(0)) pass();
  }
}
