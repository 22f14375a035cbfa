import type { Contract } from "../contract/index.js";
import { errors, isTenonError, type TenonError } from "../errors/index.js";
import type { Lifecycle } from "../runtime/descriptor.js";
import type {
  Boundary,
  CallControl,
  CloseReport,
  FunctionTable,
  Instance,
  InstanceFunction,
  Isolation,
} from "../runtime/index.js";

const isolation: Isolation = Object.freeze({
  level: "none",
  memory: false,
  crash: false,
  interruptible: false,
  filesystem: false,
  network: false,
  environment: false,
  processes: false,
  by: [],
  remarks: Object.freeze(["A fake plugin is an object of the test."]),
});

/** An instance that a test can inspect, and crash. */
export class FakeInstance implements Instance {
  readonly isolation = isolation;
  readonly contract: Contract | undefined;
  readonly functions: FunctionTable;
  readonly lost: Promise<TenonError>;
  readonly restores: boolean;
  /** How often `close` was called. */
  closed = 0;
  readonly #subject: string;
  readonly #boundary: Boundary;
  readonly #lifecycle: Lifecycle;
  #lose: (error: TenonError) => void = () => {};
  #report: Promise<CloseReport> | undefined;

  constructor(
    subject: string,
    contract: Contract | undefined,
    table: FunctionTable,
    boundary: Boundary,
    lifecycle: Lifecycle,
  ) {
    this.#subject = subject;
    this.#boundary = boundary;
    this.#lifecycle = lifecycle;
    this.contract = contract;
    this.restores = lifecycle.restore !== undefined;
    this.functions = { get: (path) => this.#refusingOnceClosed(table.get(path)) };
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  /** Makes the host believe that the plugin crashed. */
  lose(
    error: TenonError = errors.TENON_PLACE_EXIT({
      message: `the test made ${this.#subject} crash`,
      subject: this.#subject,
    }),
  ): void {
    this.#lose(error);
  }

  explain(thrown: unknown, label: string): TenonError {
    if (isTenonError(thrown)) return thrown;
    return errors.TENON_CALL_THREW({ message: `${label}() threw: ${textOf(thrown)}`, subject: label, cause: thrown });
  }

  async health(): Promise<void> {
    let answer: unknown;
    try {
      answer = await this.#lifecycle.health?.();
    } catch (cause) {
      throw errors.TENON_HEALTH_FAILED({
        message: `${this.#subject} is not healthy: ${textOf(cause)}`,
        subject: this.#subject,
        cause,
      });
    }
    if (answer === false)
      throw errors.TENON_HEALTH_FAILED({ message: `${this.#subject} is not healthy`, subject: this.#subject });
  }

  async save(): Promise<unknown> {
    return this.#migrated(() => this.#lifecycle.save?.());
  }

  async restore(state: unknown): Promise<void> {
    await this.#migrated(() => this.#lifecycle.restore?.(state));
  }

  close(_control: CallControl): Promise<CloseReport> {
    this.closed++;
    this.#report ??= this.#close();
    return this.#report;
  }

  async #close(): Promise<CloseReport> {
    try {
      await this.#lifecycle.close?.();
    } catch {
      // Closing never fails; a test can check itself what the plugin's own function throws.
    }
    const { released } = await this.#boundary.close(
      errors.TENON_PLUGIN_CLOSED({ message: `${this.#subject} is closed`, subject: this.#subject }),
    );
    return { proof: "collectable", forced: false, resources: released };
  }

  async #migrated<T>(step: () => T): Promise<Awaited<T>> {
    try {
      return await step();
    } catch (cause) {
      throw errors.TENON_STATE_FAILED({ message: `${this.#subject}: ${textOf(cause)}`, subject: this.#subject, cause });
    }
  }

  #refusingOnceClosed(target: InstanceFunction | undefined): InstanceFunction | undefined {
    if (target === undefined) return undefined;
    return {
      wantsCall: target.wantsCall ?? false,
      invoke: (parameters, control) => {
        if (this.closed > 0)
          throw errors.TENON_PLUGIN_CLOSED({ message: `${this.#subject} is closed`, subject: this.#subject });
        return target.invoke(parameters, control);
      },
    };
  }
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
