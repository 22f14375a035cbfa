import { compareContracts } from "../contract/compat/index.js";
import type { Contract, Signature } from "../contract/core.js";
import { errors, type TenonError } from "../errors/index.js";
import type { Boundary, CloseReport, FunctionTable, Instance, InstanceFunction } from "../runtime/index.js";

/**
 * One live instance behind a plugin, with everything that belongs to it alone: its boundary, its functions as the
 * host's contract numbers them, the calls that run in it. A swap replaces the cell as a whole.
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

  /** Calls under way that are to be told when the cell closes before they end. */
  onClose(cancel: (reason: TenonError) => void): () => void {
    this.#cancels.add(cancel);
    return () => this.#cancels.delete(cancel);
  }

  /** Waits until no call, stream or future is under way; `false` when that takes longer than `limit` milliseconds. */
  async drain(limit: number): Promise<boolean> {
    const deadline = limit === 0 ? undefined : AbortSignal.timeout(limit);
    while (this.running > 0 || this.boundary.idle() !== undefined) {
      const quiet =
        this.running > 0 ? new Promise<void>((resolve) => this.#drained.push(resolve)) : this.boundary.idle();
      if (!(await within(quiet, deadline))) return false;
    }
    return true;
  }

  /** Ends what is still under way, releases everything, and closes the instance. Never rejects. */
  async close(name: string, grace: number): Promise<CloseReport> {
    const reason = errors.TENON_PLUGIN_CLOSED({ message: `plugin ${name} was closed`, subject: name });
    for (const cancel of [...this.#cancels]) cancel(reason);
    this.#cancels.clear();
    const { released, lent } = await this.boundary.close(reason);
    const report = await this.instance.close({ signal: undefined, deadline: grace });
    for (const object of lent) disposeQuietly(object);
    return { ...report, resources: Math.max(report.resources, released) };
  }

  /** After a crash: nothing can be asked of the instance any more, but our side must let go. */
  async abandon(reason: TenonError): Promise<void> {
    // Answers that came along with the loss reach their callers first.
    await new Promise((resolve) => setImmediate(resolve));
    for (const cancel of [...this.#cancels]) cancel(reason);
    this.#cancels.clear();
    const { lent } = await this.boundary.close(reason);
    for (const object of lent) disposeQuietly(object);
    await this.instance.close({ signal: undefined, deadline: 0 });
  }
}

/** Whether a contract that turned out differently can be bridged; throws TENON_CONTRACT_BREAKS otherwise. */
export function expectFit(host: Contract, plugin: Contract, subject: string): void {
  const { verdict, differences } = compareContracts(host, plugin);
  if (verdict !== "breaks") return;
  const first = differences.find(({ severity }) => severity === "breaks");
  throw errors.TENON_CONTRACT_BREAKS({
    message: `${subject}: ${first?.message ?? "its contract does not fit the host's"}`,
    subject: first?.path ?? subject,
    ...(first === undefined ? {} : { fix: first.fix }),
  });
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
    // An object that cannot be disposed must not keep the others from it.
  }
}
