import type { Contract } from "../../contract/core.js";
import {
  functionThrew,
  healthThrew,
  notHealthy,
  restoreMissing,
  stateDeadline,
  stateThrew,
} from "../../errors/factories/javascript.js";
import { isMadeHere, passedOn, type TenonError, textOf } from "../../errors/index.js";
import type { Lifecycle } from "../../runtime/descriptor.js";
import type {
  Boundary,
  CallControl,
  CloseReport,
  Instance,
  Isolation,
  Leftover,
  LogLine,
} from "../../runtime/index.js";
import { waitFor } from "./bounded.js";
import type { ClosableTable } from "./closable-table.js";
import { thrownBy } from "./failure.js";
import { copyState } from "./json-state.js";
import { plainStack, type StackMapper } from "./stack.js";

export interface ScriptInstanceParts {
  readonly subject: string;
  readonly contract: Contract | undefined;
  readonly functions: ClosableTable;
  readonly boundary: Boundary;
  readonly lifecycle: Lifecycle;
  readonly stack: StackMapper;
  /** Runs code of the plugin. */
  readonly enter: <T>(action: () => T) => T;
  readonly lost: Promise<TenonError>;
  readonly log: (line: LogLine) => void;
  readonly leftovers: () => Promise<readonly Leftover[]>;
  /** Called once, at the end of `close`. */
  readonly release: () => void;
}

/** How long a close function may take if the caller sets no limit, in milliseconds: closing must finish. */
const longestClose = 5000;

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
  remarks: Object.freeze([
    "The plugin shares the host's thread and memory: an infinite loop blocks the host, and it can use all of Node's modules.",
    "Its process.exit, timers, listeners and console are separated from the host's to prevent accidents; this is not a sandbox.",
  ]),
});

/** A loaded JavaScript plugin. After it is closed it keeps nothing of the plugin alive. */
export class ScriptInstance implements Instance {
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
    return passedOn(thrown) ?? functionThrew(label, thrownBy(this.#subject, thrown, this.#parts?.stack ?? plainStack));
  }

  async health(control: CallControl): Promise<void> {
    const { lifecycle, subject, stack, enter } = this.#open();
    const tooLate = () => notHealthy(subject, "its health check did not return in time");
    let answer: unknown;
    try {
      answer = await enter(() => waitFor(lifecycle.health?.(), control, tooLate));
    } catch (thrown) {
      if (isMadeHere(thrown) && thrown.code === "TENON_HEALTH_FAILED") throw thrown;
      throw healthThrew(thrownBy(subject, thrown, stack));
    }
    if (answer === false) throw notHealthy(subject, "its health check returned false");
  }

  async save(control: CallControl): Promise<unknown> {
    const { lifecycle, subject } = this.#open();
    const state = await this.#migration("saving", () => lifecycle.save?.(), control);
    return state === undefined ? undefined : copyState(state, subject);
  }

  async restore(state: unknown, control: CallControl): Promise<void> {
    const { lifecycle, subject } = this.#open();
    if (lifecycle.restore === undefined) throw restoreMissing(subject);
    const copy = copyState(state, subject);
    await this.#migration("restoring", () => lifecycle.restore?.(copy), control);
  }

  close(control: CallControl): Promise<CloseReport> {
    this.#closing ??= this.#close(control);
    return this.#closing;
  }

  async #close(control: CallControl): Promise<CloseReport> {
    const { lifecycle, boundary, functions, release, subject, log, enter } = this.#open();
    let forced = false;
    const tooLate = () => {
      forced = true;
      return new Error("it did not finish in time");
    };
    try {
      const deadline = control.deadline > 0 ? control.deadline : longestClose;
      const bound = { signal: control.signal, deadline };
      await enter(() => waitFor(lifecycle.close?.(), bound, tooLate));
    } catch (thrown) {
      log({ stream: "log", text: `${subject}: its close function failed: ${textOf(thrown)}` });
    }
    const reason = functions.closed();
    const { released, lent } = await boundary.close(reason);
    functions.close();
    for (const object of lent) enter(() => disposeQuietly(object));
    const leftovers = await this.#parts?.leftovers();
    release();
    this.#parts = undefined;
    if (leftovers === undefined || leftovers.length === 0) return { proof: "collectable", forced, resources: released };
    const proof = leftovers.every(({ ended }) => ended) ? "collectable" : "none";
    return { proof, forced, resources: released, leftovers };
  }

  async #migration(what: "saving" | "restoring", step: () => unknown, control: CallControl): Promise<unknown> {
    const { subject, stack, enter } = this.#open();
    const tooLate = () => stateDeadline(subject, what);
    try {
      return await enter(() => waitFor(step(), control, tooLate));
    } catch (thrown) {
      if (isMadeHere(thrown) && thrown.code === "TENON_STATE_FAILED") throw thrown;
      throw stateThrew(what, thrownBy(subject, thrown, stack));
    }
  }

  #open(): ScriptInstanceParts {
    if (this.#parts === undefined) throw this.functions.closed();
    return this.#parts;
  }
}

/** Disposes an object that the plugin had lent to the host. */
function disposeQuietly(object: Partial<AsyncDisposable & Disposable>): void {
  try {
    const ended = (object[Symbol.asyncDispose] ?? object[Symbol.dispose])?.call(object);
    void Promise.resolve(ended).catch(() => {});
  } catch {
    // Nothing useful to do: the plugin is gone.
  }
}
