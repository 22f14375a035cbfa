import type { Contract } from "../../contract/core.js";
import { errors, isTenonError, type TenonError } from "../../errors/index.js";
import type { Lifecycle } from "../../runtime/descriptor.js";
import type { Boundary, CallControl, CloseReport, Instance, Isolation, LogLine } from "../../runtime/index.js";
import { waitFor } from "./bounded.js";
import type { ClosableTable } from "./closable-table.js";
import { wrapFailure } from "./failure.js";
import { copyState } from "./json-state.js";
import { plainStack, type StackMapper } from "./stack.js";
import { textOf } from "./text.js";

export interface ScriptInstanceParts {
  readonly subject: string;
  readonly contract: Contract | undefined;
  readonly functions: ClosableTable;
  readonly boundary: Boundary;
  readonly lifecycle: Lifecycle;
  readonly stack: StackMapper;
  readonly lost: Promise<TenonError>;
  readonly log: (line: LogLine) => void;
  /** Called once, at the end of `close`. */
  readonly release: () => void;
}

/** Milliseconds for a close function when the caller names no limit: closing must end. */
const longestClose = 5000;

const isolation: Isolation = Object.freeze({
  level: "none",
  memory: false,
  crash: false,
  interruptible: false,
  filesystem: false,
  network: false,
  environment: false,
  remarks: Object.freeze([
    "The plugin shares the host's thread and memory: a loop stops the host, and all of Node's modules are in its reach.",
    "Its process.exit, timers, listeners and console are kept apart to prevent accidents; that is no sandbox.",
  ]),
});

/** A loaded JavaScript plugin. Once closed it holds nothing of the plugin any more. */
export class ScriptInstance implements Instance {
  readonly place = "inline";
  readonly isolation = isolation;
  readonly contract: Contract | undefined;
  readonly functions: ClosableTable;
  readonly lost: Promise<TenonError>;
  readonly restores: boolean;
  readonly #subject: string;
  #parts: ScriptInstanceParts | undefined;
  #closing: Promise<CloseReport> | undefined;

  constructor(parts: ScriptInstanceParts) {
    this.contract = parts.contract;
    this.functions = parts.functions;
    this.lost = parts.lost;
    this.restores = parts.lifecycle.restore !== undefined;
    this.#subject = parts.subject;
    this.#parts = parts;
  }

  explain(thrown: unknown, label: string): TenonError {
    if (isTenonError(thrown)) return thrown;
    return wrapFailure("TENON_CALL_THREW", `${label}() threw`, thrown, this.#subject, this.#parts?.stack ?? plainStack);
  }

  async health(control: CallControl): Promise<void> {
    const { lifecycle, subject, stack } = this.#open();
    const failed = (why: string) =>
      errors.TENON_HEALTH_FAILED({ message: `${subject} is not healthy: ${why}`, subject });
    let answer: unknown;
    try {
      answer = await waitFor(lifecycle.health?.(), control, () => failed("its health check did not answer in time"));
    } catch (thrown) {
      if (isTenonError(thrown, "TENON_HEALTH_FAILED")) throw thrown;
      throw wrapFailure("TENON_HEALTH_FAILED", `${subject} is not healthy`, thrown, subject, stack);
    }
    if (answer === false) throw failed("its health check answered false");
  }

  async save(control: CallControl): Promise<unknown> {
    const { lifecycle, subject } = this.#open();
    const state = await this.#migration("saving", () => lifecycle.save?.(), control);
    return state === undefined ? undefined : copyState(state, subject);
  }

  async restore(state: unknown, control: CallControl): Promise<void> {
    const { lifecycle, subject } = this.#open();
    if (lifecycle.restore === undefined) {
      throw errors.TENON_STATE_FAILED({ message: `${subject} has no restore function`, subject });
    }
    const copy = copyState(state, subject);
    await this.#migration("restoring", () => lifecycle.restore?.(copy), control);
  }

  close(control: CallControl): Promise<CloseReport> {
    this.#closing ??= this.#close(control);
    return this.#closing;
  }

  async #close(control: CallControl): Promise<CloseReport> {
    const { lifecycle, boundary, functions, release, subject, log } = this.#open();
    let forced = false;
    const tooLate = () => {
      forced = true;
      return new Error("it did not end in time");
    };
    try {
      const deadline = control.deadline > 0 ? control.deadline : longestClose;
      await waitFor(lifecycle.close?.(), { signal: control.signal, deadline }, tooLate);
    } catch (thrown) {
      log({ stream: "log", text: `${subject}: its close function failed: ${textOf(thrown)}` });
    }
    const reason = functions.closed();
    const { released, lent } = await boundary.close(reason);
    functions.close();
    for (const object of lent) disposeQuietly(object);
    release();
    this.#parts = undefined;
    return { proof: "collectable", forced, resources: released };
  }

  async #migration(what: string, step: () => unknown, control: CallControl): Promise<unknown> {
    const { subject, stack } = this.#open();
    const tooLate = () =>
      errors.TENON_STATE_FAILED({ message: `${subject}: ${what} its state did not end in time`, subject });
    try {
      return await waitFor(step(), control, tooLate);
    } catch (thrown) {
      if (isTenonError(thrown, "TENON_STATE_FAILED")) throw thrown;
      throw wrapFailure("TENON_STATE_FAILED", `${subject}: ${what} its state failed`, thrown, subject, stack);
    }
  }

  #open(): ScriptInstanceParts {
    if (this.#parts === undefined) throw this.functions.closed();
    return this.#parts;
  }
}

/** An object that the host still held when it went. */
function disposeQuietly(object: Partial<AsyncDisposable & Disposable>): void {
  try {
    const ended = (object[Symbol.asyncDispose] ?? object[Symbol.dispose])?.call(object);
    void Promise.resolve(ended).catch(() => {});
  } catch {
    // Nobody is left to be told.
  }
}
