import type { InstanceFunction, LogLine } from "../../../runtime/index.js";
import { type Command, outputs, type ServedAnswer, ServedExchange, type Waker } from "../../../wasi/index.js";
import { withDeepStacks } from "../frames/engine-frames.js";
import { Exchange, type Request, type Response } from "./exchange.js";
import { HandlerInstances } from "./handler-instances.js";
import type { HandlerSource } from "./handler-thread.js";
import { runsWithin } from "./time-limit.js";

/** Milliseconds after which a request is stopped, to be served by a thread. */
const longestMilliseconds = 50;
/** Milliseconds that most requests may take, with the next instance. More is worth the way to a thread. */
const worthMilliseconds = 1;
/** By how many more requests may take longer than not. The machine may be busy. */
const mostSlow = 8;
/** Every how many requests the slower way is tried, to learn whether it still is. */
const trial = 32;
/** How much one request counts in an average, and how many milliseconds it counts at most. */
const weight = 1 / 8;
const mostCounted = 20;
/** How many times as long as a request took in vain, none is served here. */
const restFactor = 20;
/** Milliseconds. */
const longestRest = 60_000;

/** What a request has done that others can see. It happens when the request was served. */
type Effect = { readonly stream: "stdout" | "stderr"; readonly bytes: Uint8Array } | { readonly line: LogLine };

/**
 * Serves short requests in the place's own thread, because the way to a {@link HandlerThread} and back takes longer than they
 * do. What a request does is visible only when it was served. Until then it can be given up: if it would wait, use the network
 * or a function of the host, send more than fits into memory, or takes long. A thread serves it then from its beginning.
 */
export class LocalHandler implements Waker {
  readonly counter = new Int32Array(new SharedArrayBuffer(4));
  readonly busy = true;
  readonly #source: HandlerSource;
  readonly #output: ReturnType<typeof outputs>;
  #instances: HandlerInstances | undefined;
  #failed = false;
  #effects: Effect[] = [];
  /** Whether the running request was given up. */
  #givenUp = false;
  #lastId = 0;
  /** Milliseconds of a request on average, here and in a thread. Which is faster depends on how busy the machine is. */
  #here: number | undefined;
  #there: number | undefined;
  #requests = 0;
  /** By how many more requests took long than not. */
  #slow = 0;
  /** Milliseconds in which the instance was prepared. */
  #prepared = 0;
  /** When requests may be served here again. */
  #rest = 0;
  /** How many times in a row that was tried in vain. */
  #vain = 0;
  #preparing: NodeJS.Immediate | undefined;
  #closed = false;

  /** Returns what serves requests of a plugin here; `undefined` if its grants have effects that cannot be taken back. */
  static for(source: HandlerSource): LocalHandler | undefined {
    const { folders, input, seed, clock } = source.grants;
    const hasFolders = Object.keys(folders ?? {}).length > 0;
    return hasFolders || input !== undefined || seed !== undefined || clock !== undefined
      ? undefined
      : new LocalHandler(source);
  }

  private constructor(source: HandlerSource) {
    this.#source = source;
    this.#output = outputs({ log: (line) => source.log(line) });
  }

  /** Serves a request that has no body, if that takes little time. @returns `undefined` if a thread must serve it */
  handle(request: Request): Promise<Response> | undefined {
    if (request.body !== undefined || request.trailers !== undefined) return undefined;
    // Others that have just arrived are served by threads, at the same time.
    if (this.#preparing !== undefined || performance.now() < this.#rest) return undefined;
    const instances = this.#instances;
    if (instances === undefined) {
      this.#prepareSoon();
      return undefined;
    }
    if (!this.#isFaster()) return undefined;
    const id = ++this.#lastId;
    const { method, scheme, authority, pathWithQuery, headers } = request;
    const head = { method, scheme, authority, pathWithQuery, fields: headers };
    const commands: Command[] = [];
    let answer: ServedAnswer | undefined;
    const served = new ServedExchange(id, head, { post: (command) => commands.push(command) }, (given) => {
      answer = given;
    });
    served.incoming.end();
    this.#givenUp = false;
    const start = now();
    let failure: ReturnType<HandlerInstances["serve"]>;
    const inTime = runsWithin(longestMilliseconds, () => {
      failure = withDeepStacks(() => instances.serve(served));
    });
    const took = since(start);
    // The host's own stack is smaller than that of a thread.
    if (!inTime || this.#givenUp || failure?.code === "TENON_WASM_STACK") {
      this.#giveUp(took);
      return undefined;
    }
    this.#failed = failure !== undefined;
    this.#settle();
    // The next request may have to wait for its instance.
    this.#here = averaged(this.#here, performance.now() - start.clock + this.#prepared);
    this.#count(took);
    this.#prepareSoon();
    const { given } = this.#source.payload;
    const exchange = new Exchange(id, request, ignored, ignored);
    if (answer !== undefined) exchange.answer(answer, given);
    for (const command of commands) exchange.obey(command, given);
    exchange.handled(failure);
    return exchange.response;
  }

  /** Called with the milliseconds that a thread took for a request that it served alone. */
  servedThere(took: number): void {
    this.#there = averaged(this.#there, took);
  }

  close(): void {
    this.#closed = true;
    clearImmediate(this.#preparing);
    this.#forget();
    this.#output.stdout.end();
    this.#output.stderr.end();
  }

  pump(): boolean {
    return false;
  }

  waits(): never {
    throw this.#cannot("wait");
  }

  connects(): never {
    throw this.#cannot("use the network");
  }

  #isFaster(): boolean {
    const isFaster = this.#here === undefined || this.#there === undefined || this.#here < this.#there;
    return ++this.#requests % trial === 0 ? !isFaster : isFaster;
  }

  #cannot(what: string): Error {
    this.#givenUp = true;
    return new Error(`a request that is served in the place's own thread cannot ${what}`);
  }

  #prepareSoon(): void {
    this.#preparing ??= setImmediate(() => {
      this.#preparing = undefined;
      this.#prepare();
    });
  }

  /** Prepares the instance for the next request, unless it is there. */
  #prepare(): void {
    if (this.#closed) return;
    const start = now();
    const isFirst = this.#instances === undefined;
    try {
      this.#instances ??= new HandlerInstances(this.#source, {
        log: (line) => this.#effects.push({ line }),
        output: (stream, bytes) => this.#effects.push({ stream, bytes }),
        waker: this,
        hostFunction: () => this.#hostFunction(),
      });
      this.#instances.prepare(this.#failed);
      if (this.#givenUp) throw this.#cannot("be prepared");
      this.#failed = false;
    } catch {
      // The thread that serves the request says why, if it fails there as well.
      this.#giveUp(since(start));
      return;
    }
    this.#settle();
    this.#prepared = isFirst ? 0 : since(start);
  }

  #hostFunction(): InstanceFunction {
    const call = () => {
      throw this.#cannot("call the host");
    };
    return { invoke: call, invokeSync: call };
  }

  #giveUp(took: number): void {
    this.#forget();
    this.#pause(took * restFactor);
  }

  /** Counts a request that was served. */
  #count(took: number): void {
    const isSlow = took + this.#prepared > worthMilliseconds;
    this.#prepared = 0;
    this.#slow = Math.max(0, this.#slow + (isSlow ? 1 : -1));
    if (this.#slow > mostSlow) this.#pause(took * mostSlow * restFactor);
    else if (!isSlow) this.#vain = 0;
  }

  #pause(milliseconds: number): void {
    this.#slow = 0;
    this.#rest = performance.now() + Math.min(longestRest, milliseconds * 2 ** Math.min(this.#vain++, 16));
  }

  #forget(): void {
    this.#effects = [];
    this.#givenUp = false;
    this.#failed = false;
    this.#instances?.capabilities.close();
    this.#instances = undefined;
  }

  /** Lets happen what a request has done. */
  #settle(): void {
    if (this.#effects.length === 0) return;
    for (const effect of this.#effects.splice(0)) {
      if ("line" in effect) this.#source.log(effect.line);
      else this.#output[effect.stream].write(effect.bytes);
    }
  }
}

function averaged(average: number | undefined, took: number): number {
  const counted = Math.min(took, mostCounted);
  return average === undefined ? counted : average + (counted - average) * weight;
}

/** A moment, by the clock and by the processor time of all threads. */
interface Moment {
  readonly clock: number;
  readonly processor: NodeJS.CpuUsage;
}

const now = (): Moment => ({ clock: performance.now(), processor: process.cpuUsage() });

/** Returns at most how many milliseconds this thread was busy: less than has passed, if others kept the processor. */
function since({ clock, processor }: Moment): number {
  const { user, system } = process.cpuUsage(processor);
  return Math.min(performance.now() - clock, (user + system) / 1000);
}

const ignored = (): void => {};
