import { compareContracts } from "../contract/compat/index.js";
import type { Contract, Signature } from "../contract/core.js";
import { pluginClosed } from "../errors/factories/closed.js";
import { contractBreaks } from "../errors/factories/host.js";
import type { TenonError } from "../errors/index.js";
import type { Boundary, CloseReport, FunctionTable, Instance, InstanceFunction } from "../runtime/index.js";

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
  #drained: (() => void)[] = [];
  readonly #cancels = new Set<(reason: TenonError) => void>();

  /** @param table the instance's functions as the host's contract has them. */
  constructor(instance: Instance, boundary: Boundary, exports: readonly Signature[], table: FunctionTable) {
    this.instance = instance;
    this.boundary = boundary;
    this.targets = exports.map(({ path }) => table.get(path));
  }

  enter(): void {
    this.running++;
  }

  leave(): void {
    this.running--;
    if (this.running === 0 && this.#drained.length > 0) for (const resolve of this.#drained.splice(0)) resolve();
  }

  /** Registers a running call to be cancelled if the cell closes first. Returns a function that unregisters it. */
  onClose(cancel: (reason: TenonError) => void): () => void {
    this.#cancels.add(cancel);
    return () => this.#cancels.delete(cancel);
  }

  /** Waits until no call, stream or future is active. Returns `false` if that takes longer than `limit` milliseconds. */
  async drain(limit: number): Promise<boolean> {
    const deadline = limit === 0 ? undefined : AbortSignal.timeout(limit);
    while (this.running > 0 || this.boundary.idle() !== undefined) {
      const quiet =
        this.running > 0 ? new Promise<void>((resolve) => this.#drained.push(resolve)) : this.boundary.idle();
      if (!(await within(quiet, deadline))) return false;
    }
    return true;
  }

  /** Cancels what is still running, releases everything and closes the instance. Never rejects. */
  async close(name: string, grace: number): Promise<CloseReport> {
    const reason = pluginClosed(name);
    for (const cancel of [...this.#cancels]) cancel(reason);
    this.#cancels.clear();
    const { released, lent } = await this.boundary.close(reason);
    const report = await this.instance.close({ signal: undefined, deadline: grace });
    for (const object of lent) disposeQuietly(object);
    return { ...report, resources: Math.max(report.resources, released) };
  }

  /** Releases the host's side after a crash, when the instance can no longer be asked for anything. */
  async abandon(reason: TenonError): Promise<void> {
    // Results that arrived together with the crash reach their callers first.
    await new Promise((resolve) => setImmediate(resolve));
    for (const cancel of [...this.#cancels]) cancel(reason);
    this.#cancels.clear();
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
