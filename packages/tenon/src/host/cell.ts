import { adaptFunction, compareContracts, type Contract, fullType, type FunctionType, type Signature, signatures } from "../contract/index.js";
import { errors, type TenonError } from "../errors/index.js";
import type { Boundary, CloseReport, Instance, InstanceFunction } from "../runtime/index.js";

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

  constructor(instance: Instance, boundary: Boundary, exports: readonly Signature[], carried: Contract | undefined) {
    this.instance = instance;
    this.boundary = boundary;
    const theirs = new Map(carried === undefined ? [] : signatures(carried.exports).map((signature) => [signature.path, signature]));
    this.targets = exports.map((signature) => {
      const target = instance.functions.get(signature.path);
      const other = theirs.get(signature.path);
      if (target === undefined || other === undefined) return target;
      return adapted(target, fullType(signature), fullType(other));
    });
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
      const quiet = this.running > 0 ? new Promise<void>((resolve) => this.#drained.push(resolve)) : this.boundary.idle();
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

function adapted(target: InstanceFunction, host: FunctionType, plugin: FunctionType): InstanceFunction {
  const bridge = adaptFunction(host, plugin);
  if (bridge === undefined) return target;
  const { parameters = (given: readonly unknown[]) => given, result = (value: unknown) => value } = bridge;
  const finish = (answer: unknown): unknown => (answer instanceof Promise ? answer.then(result) : result(answer));
  return {
    invoke: (given, control) => finish(target.invoke(parameters([...given]), control)),
    ...(target.direct === undefined || target.wantsCall
      ? {}
      : { direct: (...given: unknown[]) => finish(target.direct?.(...parameters(given))) }),
    ...(target.invokeSync === undefined ? {} : { invokeSync: (given, control) => finish(target.invokeSync?.(parameters([...given]), control)) }),
  };
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
