import { compareContracts } from "../contract/compat/index.js";
import type { Contract, Signature } from "../contract/core.js";
import { contractsInterchangeable } from "../contract/model/equal.js";
import { pluginClosed, resourceClosed } from "../errors/factories/closed.js";
import { contractBreaks, contractStale } from "../errors/factories/host.js";
import type { TenonError } from "../errors/index.js";
import type { Boundary, CloseReport, FunctionTable, Instance, InstanceFunction } from "../runtime/index.js";

/** Calls that entered a cell between the starts of two drains, and still run. */
export interface Generation {
  running: number;
}

/** A call that a cell cancels if it closes first. */
interface Cancellable {
  cancel(reason: TenonError): void;
}

/**
 * Whether calls may enter a cell. `held`: for now, none may. `shut`: the instance is going away, and no call will ever enter
 * it again.
 */
export type Door = "open" | "held" | "shut";

/** Why a cell was shut. */
export type Departure = "swapped" | "restarted" | "rested" | "closed";

/**
 * One live instance behind a plugin, with everything that belongs to this instance only: its boundary, its functions as
 * the host's contract numbers them, and the calls that run in it. A swap replaces the whole cell.
 */
export class Cell {
  readonly instance: Instance;
  readonly boundary: Boundary;
  /** By index of the host contract's signatures. */
  readonly targets: readonly (InstanceFunction | undefined)[];
  running = 0;
  /** How many calls have entered so far. Calls over the short path count if the plugin may rest. */
  entered = 0;
  door: Door = "open";
  #departure: Departure = "closed";
  #generation: Generation = { running: 0 };
  #watchers: { readonly test: () => boolean; readonly resolve: () => void }[] = [];
  readonly #calls = new Set<Cancellable>();

  /**
   * @param name the plugin's, for messages
   * @param table the instance's functions as the host's contract has them
   * @param elsewhere the name of its place, if it does not run in the host's thread
   */
  constructor(
    readonly name: string,
    instance: Instance,
    boundary: Boundary,
    exports: readonly Signature[],
    table: FunctionTable,
    readonly elsewhere?: string,
    /** Whether its functions can call the host's in the same thread, so that they must run in the context of their call. */
    readonly callsBack = false,
  ) {
    this.instance = instance;
    this.boundary = boundary;
    this.targets = exports.map(({ path }) => table.get(path));
  }

  /** Whether a call can enter now. If not, and the door is open, the instance has to confirm a cancellation first. */
  get ready(): boolean {
    return this.door === "open" && this.instance.unconfirmed === undefined;
  }

  /**
   * Counts a call as running. The caller has seen that the door is open, in the same turn.
   *
   * @param call is cancelled if the cell closes before the call leaves.
   */
  enter(call?: Cancellable): Generation {
    const generation = this.#generation;
    if (call !== undefined) this.#calls.add(call);
    this.running++;
    this.entered++;
    generation.running++;
    return generation;
  }

  leave(generation: Generation, call?: Cancellable): void {
    if (call !== undefined) this.#calls.delete(call);
    this.running--;
    generation.running--;
    if (this.#watchers.length === 0) return;
    this.#watchers = this.#watchers.filter(({ test, resolve }) => {
      if (!test()) return true;
      resolve();
      return false;
    });
  }

  /** Whether nothing runs in it, and neither side uses anything of the other. */
  get quiet(): boolean {
    return this.running === 0 && this.ready && this.boundary.quiet;
  }

  /** Lets no call enter until {@link resume}. */
  hold(): void {
    if (this.door === "open") this.door = "held";
  }

  resume(): void {
    if (this.door === "held") this.door = "open";
  }

  /** Lets no call enter any more. What runs can finish. */
  shut(departure: Departure): void {
    if (this.door === "shut") return;
    this.door = "shut";
    this.#departure = departure;
  }

  /** The error for a call of an object's method, once the cell is shut. */
  refusal(resource: string): TenonError {
    return this.#departure === "closed"
      ? pluginClosed(this.name)
      : resourceClosed(resource, this.name, this.#departure);
  }

  /**
   * Waits until the calls, streams and futures that are active now have ended. Others can begin meanwhile, because what
   * is active may depend on them. Returns `false` if that takes longer than `limit` milliseconds.
   */
  async settle(limit: number): Promise<boolean> {
    const deadline = limit === 0 ? undefined : AbortSignal.timeout(limit);
    const earlier = this.running;
    this.#generation = { running: 0 };
    const streams = this.boundary.settled();
    const calls = earlier === 0 ? undefined : this.#when(() => this.running === this.#generation.running);
    return (await within(calls, deadline)) && within(streams, deadline);
  }

  /**
   * Waits until no call, stream or future is active. Returns `false` if that takes longer than `limit` milliseconds. If the
   * cell is held or shut, it is then still quiet when the caller continues.
   */
  async drain(limit: number): Promise<boolean> {
    const deadline = limit === 0 ? undefined : AbortSignal.timeout(limit);
    // An inline function that closes its own plugin has not returned yet, and its promise is not counted as running.
    await undefined;
    while (this.running > 0 || this.boundary.idle() !== undefined) {
      const quiet = this.running > 0 ? this.#when(() => this.running === 0) : this.boundary.idle();
      if (!(await within(quiet, deadline))) return false;
    }
    return true;
  }

  #when(test: () => boolean): Promise<void> {
    return new Promise((resolve) => this.#watchers.push({ test, resolve }));
  }

  /** Cancels what is still running, releases everything and closes the instance. Never rejects. */
  async close(grace: number): Promise<CloseReport> {
    this.shut("closed");
    const reason = pluginClosed(this.name);
    for (const call of [...this.#calls]) call.cancel(reason);
    this.#calls.clear();
    const { released, lent } = await this.boundary.close(reason);
    const report = await this.instance.close({ signal: undefined, deadline: grace });
    for (const object of lent) disposeQuietly(object);
    return { ...report, resources: Math.max(report.resources, released) };
  }

  /** Releases the host's side after a crash, when the instance can no longer be asked for anything. */
  async abandon(reason: TenonError): Promise<void> {
    this.shut("restarted");
    // Results that arrived together with the crash reach their callers first.
    await new Promise((resolve) => setImmediate(resolve));
    for (const call of [...this.#calls]) call.cancel(reason);
    this.#calls.clear();
    const { lent } = await this.boundary.close(reason);
    for (const object of lent) disposeQuietly(object);
    await this.instance.close({ signal: undefined, deadline: 0 });
  }
}

/** Throws TENON_CONTRACT_BREAKS unless the contract that the loaded code declares fits, or can be bridged. */
export function expectFit(host: Contract, plugin: Contract, subject: string): void {
  const { verdict, differences } = compareContracts(host, plugin);
  if (verdict !== "breaks") return;
  throw contractBreaks(
    subject,
    differences.find(({ severity }) => severity === "breaks"),
  );
}

/** Throws TENON_CONTRACT_STALE unless the code declares the contract that the files of the plugin say. */
export function expectAsCarried(carried: Contract, declared: Contract, name: string, given: string): void {
  if (contractsInterchangeable(carried, declared)) return;
  const { differences } = compareContracts(carried, declared);
  const [difference] = differences.length > 0 ? differences : compareContracts(declared, carried).differences;
  throw contractStale(name, given, difference?.message);
}

async function within(quiet: Promise<void> | undefined, deadline: AbortSignal | undefined): Promise<boolean> {
  if (quiet === undefined) return true;
  if (deadline === undefined) return quiet.then(() => true);
  if (deadline.aborted) return false;
  return new Promise((resolve) => {
    const late = () => resolve(false);
    deadline.addEventListener("abort", late, { once: true });
    quiet.then(() => {
      deadline.removeEventListener("abort", late);
      resolve(true);
    });
  });
}

function disposeQuietly(object: any): void {
  try {
    const disposed = (object[Symbol.asyncDispose] ?? object[Symbol.dispose])?.call(object);
    if (disposed instanceof Promise) disposed.catch(() => {});
  } catch {
    // The other objects must be disposed even if this one fails.
  }
}
